package net.viaduct.host.view;

import java.util.List;
import java.util.function.Consumer;
import net.viaduct.host.diagnosis.Diagnosis;
import org.jspecify.annotations.Nullable;

/** What can be seen of a host, and asked of it. Any thread. */
public interface HostView {
  /** The host as a whole. */
  StatusView status();

  /** How it stands with its controllers. */
  ControllerView controller();

  /** Its networks. */
  List<NetworkView> networks();

  /** Its ports. */
  List<PortView> ports();

  /**
   * Some of its stations, in no particular order, told one after the other: a million do not fit
   * into the heap.
   *
   * @param filter which of them; the same from page to page
   * @param limit how many at most
   * @param cursor where to go on, from the page before; empty for the first
   * @param each is told of each, on the caller's thread
   * @return the cursor of the page that follows; null if this is the last
   * @throws IllegalArgumentException if it is no cursor, or there is no such network or port,
   *     before anything is told
   */
  @Nullable String stations(
      StationFilter filter, int limit, String cursor, Consumer<StationView> each);

  /**
   * Forgets stations that were learned; what is configured stays. They are learned again by the
   * next frames from them.
   *
   * @throws IllegalArgumentException with a sentence if there is no such network or port
   */
  FlushView flush(StationFilter filter);

  /**
   * Which station has which IP address, some 100,000 at most.
   *
   * @throws IllegalArgumentException with a sentence if there is no such network or port
   */
  List<NeighbourView> neighbours(StationFilter filter);

  /** Its stations that two places claim. */
  List<FlapView> flaps();

  /**
   * Announces its stations to everybody, in their name.
   *
   * @param network its name; empty for all
   * @param port its name; empty for all
   * @throws IllegalArgumentException with a sentence if there is no such thing
   */
  AnnouncementView announce(String network, String port);

  /** The other VTEPs that it knows. */
  List<RemoteView> remotes();

  /** Where its networks flood to. */
  List<FloodView> flood();

  /** Who listens to which group, where networks snoop. */
  List<GroupView> groups();

  /** What was dropped, by reason, also those that never occurred. */
  List<DropView> drops();

  /** All counters. */
  List<CountersView> counters();

  /** The distinct errors of the data path. */
  List<ErrorView> errors();

  /** Answers about single frames; unlike the rest, it asks the data path. */
  Diagnosis diagnosis();

  /**
   * Reads the configuration again and applies what is different, all or nothing.
   *
   * @throws ReloadRefused with all that is wrong; nothing has changed
   */
  ReloadView reload();
}
