package net.viaduct.controller.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Whole;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;

/**
 * Finds objects by a VNI, a MAC or IP address, an address of the underlay, a name, or by how one of
 * these begins. Each is a range of keys, so it takes as long among a million as among ten.
 * Immutable: safe from any thread.
 */
public final class Search {
  private static final Pattern VNI = Pattern.compile("(?:vni\\s*[:=]?\\s*)?([0-9]{1,8})");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{12}");
  private static final Pattern MAC_BEGIN = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{0,2}){1,5}");
  private static final Pattern IP_BEGIN =
      Pattern.compile("[0-9]{1,3}\\.[0-9.]*|[0-9a-f]*:[0-9a-f:]*");
  private static final Pattern NAME = Pattern.compile(Names.PATTERN);

  private final Store store;
  private final Registry registry;

  /** In a store. */
  public Search(Store store, Registry registry) {
    this.store = store;
    this.registry = registry;
  }

  /** At most so many objects, those that are meant exactly before those that begin so. */
  public List<Found> find(String text, int limit) {
    Results results = new Results(limit);
    String plain = text.trim();
    String lower = plain.toLowerCase(Locale.ROOT);
    vni(lower, results);
    mac(lower, results);
    ip(lower, results);
    names(plain, results);
    return results.found();
  }

  private void vni(String text, Results results) {
    Matcher matcher = VNI.matcher(text);
    if (matcher.matches()) {
      int vni = Integer.parseInt(matcher.group(1));
      if (Whole.VNI.contains(vni)) {
        results.addOwners(Found.By.VNI, Claims.vniKey(vni));
      }
    }
  }

  private void mac(String text, Results results) {
    String bare = text.replaceAll("[:.-]", "");
    if (HEX.matcher(bare).matches()) { // 02:00:00:00:00:01, 02-00-..., 0200.0000.0001
      results.addOwners(Found.By.MAC, Claims.macPrefix(bare.replaceAll("..(?=.)", "$0:") + "/"));
    } else if (MAC_BEGIN.matcher(text.replace('-', ':')).matches()) {
      results.addOwners(Found.By.MAC, Claims.macPrefix(text.replace('-', ':')));
    }
  }

  private void ip(String text, Results results) {
    if (!IP_BEGIN.matcher(text).matches()) {
      return;
    }
    Optional<Ip> exact = exact(text);
    if (exact.isPresent()) {
      results.addOwners(Found.By.IP, Claims.ipPrefix(exact.get() + "/"));
      results.addOwners(Found.By.UNDERLAY, Claims.underlayPrefix(exact.get() + "/"));
    }
    results.addOwners(Found.By.IP, Claims.ipPrefix(text));
    results.addOwners(Found.By.UNDERLAY, Claims.underlayPrefix(text));
  }

  private static Optional<Ip> exact(String text) {
    try {
      return Optional.of(new Ip(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private void names(String text, Results results) {
    if (!NAME.matcher(text).matches()) {
      return;
    }
    List<Kind> named = List.of(Kind.NETWORK, Kind.HOST, Kind.PORT, Kind.GROUP);
    named.forEach(kind -> registry.get(kind, text).ifPresent(it -> results.add(Found.By.NAME, it)));
    for (Kind kind : named) {
      if (results.room() > 0) {
        registry
            .list(kind, text, results.room(), "")
            .objects()
            .forEach(it -> results.add(Found.By.NAME, it));
      }
    }
  }

  /** What was found. Owned by the thread that looks. */
  private final class Results {
    private final int limit;
    private final Map<String, Found> byKey = new LinkedHashMap<>();

    Results(int limit) {
      this.limit = limit;
    }

    int room() {
      return limit - byKey.size();
    }

    void add(Found.By by, Stored stored) {
      if (room() > 0) {
        byKey.putIfAbsent(stored.definition().key(), new Found(by, stored));
      }
    }

    /** Whoever has what begins so, for itself. */
    void addOwners(Found.By by, String prefix) {
      if (room() <= 0) {
        return;
      }
      for (Entry claim : store.range(Range.first(prefix, limit)).entries()) {
        String[] owner = claim.value().split("/", 2);
        Kind kind = Kind.valueOf(owner[0].toUpperCase(Locale.ROOT));
        registry.get(kind, owner[1]).ifPresent(stored -> add(by, stored));
      }
    }

    List<Found> found() {
      return new ArrayList<>(byKey.values());
    }
  }
}
