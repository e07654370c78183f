package net.viaduct.host.configfile;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import net.viaduct.host.config.Names;
import net.viaduct.host.shapefile.FieldWords;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.vtep.queue.NameNumber;

/**
 * What names of networks, port groups and ports stand for in the queues to the underlay.
 *
 * @param vnis of the file's networks by name
 * @param portGroups the names of its port groups; a controller may tell others
 * @param ports the names of its ports
 */
record NamedFields(
    Map<String, Integer> vnis, Collection<String> portGroups, Collection<String> ports)
    implements FieldWords {
  @Override
  public boolean knows(FlowField field) {
    return field != FlowField.MARK; // nobody sets one here
  }

  @Override
  public OptionalLong number(FlowField field, String name) {
    return switch (field) {
      case NETWORK -> of("network", name, vnis.keySet(), n -> vnis.getOrDefault(n, 0));
      case PORT_GROUP -> portGroup(name);
      case IIF -> of("port", name, ports, NamedFields::numberOf);
      default -> OptionalLong.empty();
    };
  }

  private OptionalLong portGroup(String name) {
    if (name.startsWith(Names.OF_CONTROLLER)) {
      Names.require(name.substring(Names.OF_CONTROLLER.length()));
      return OptionalLong.of(numberOf(name));
    }
    return of("port group", name, portGroups, NamedFields::numberOf);
  }

  private static long numberOf(String name) {
    return Integer.toUnsignedLong(NameNumber.of(name));
  }

  private static OptionalLong of(
      String what, String name, Collection<String> known, ToLongFunction<String> number) {
    if (known.contains(name)) {
      return OptionalLong.of(number.applyAsLong(name));
    }
    throw new IllegalArgumentException(
        "'"
            + name
            + "' is not a "
            + what
            + " of this file; "
            + NearestKey.of(name, known)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("there are: " + String.join(", ", known)));
  }
}
