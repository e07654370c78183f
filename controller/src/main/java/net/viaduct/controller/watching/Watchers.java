package net.viaduct.controller.watching;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.viaduct.controller.model.Host;
import org.jspecify.annotations.Nullable;

/**
 * Which host is to watch which, and what they say, as the store has it. Hosts that cannot watch are
 * in no ring, since nobody would hear them, nor are those that were put out: their word is worth
 * nothing, and that they live neither. Owned by whoever feeds it.
 */
public final class Watchers {
  private final Set<String> members = new HashSet<>();
  private final Map<String, Host> defined = new HashMap<>();
  private final Map<String, Word> words = new HashMap<>();
  private final Set<String> connected = new HashSet<>();
  private final Set<String> changed = new LinkedHashSet<>();
  private Ring ring = Ring.EMPTY;

  /** Knows of nobody. */
  public Watchers() {}

  /** A host has joined, or was put out. */
  public void member(String name, boolean isMember) {
    if (isMember) {
      members.add(name);
    } else {
      members.remove(name);
    }
    seat(name);
  }

  /** Whether a host has joined, and was not put out since. */
  public boolean isMember(String name) {
    return members.contains(name);
  }

  /** A host is defined like this; null if it is no more. */
  public void host(String name, @Nullable Host host) {
    Host before = host == null ? defined.remove(name) : defined.put(name, host);
    seat(name);
    if (before != null && host != null && !before.equals(host)) {
      changed.addAll(ring.watchersOf(name));
    }
  }

  /**
   * What is observed of a host.
   *
   * @param isConnected whether it has a controller
   * @param word what it says of others; null if it cannot watch
   */
  public void state(String name, boolean isConnected, @Nullable Word word) {
    if (isConnected) {
      connected.add(name);
    } else {
      connected.remove(name);
    }
    if (word == null) {
      words.remove(name);
    } else {
      words.put(name, word);
    }
    seat(name);
  }

  private void seat(String name) {
    Ring before = ring;
    boolean belongs =
        members.contains(name) && defined.containsKey(name) && words.containsKey(name);
    ring = belongs ? before.with(name) : before.without(name);
    if (ring.size() == before.size()) {
      return;
    }
    if (ring.isDividedAs(before)) {
      changed.addAll(belongs ? ring.watchersOf(name) : before.watchersOf(name));
      changed.add(name);
    } else {
      changed.addAll(before.hosts());
      changed.add(name);
    }
  }

  /** A host is to be told whom it watches. */
  public void touch(String host) {
    changed.add(host);
  }

  /** Some of those who perhaps watch others than they were told; each once. */
  public List<String> takeChanged(int most) {
    List<String> some = changed.stream().limit(most).toList();
    Iterator<String> all = changed.iterator();
    for (int i = 0; i < some.size(); i++) {
      all.next();
      all.remove();
    }
    return some;
  }

  /** Whom a host watches, by name. */
  public Map<String, Host> watchedBy(String host) {
    Map<String, Host> watched = new TreeMap<>();
    for (String name : ring.watchedBy(host)) {
      Host it = defined.get(name);
      if (it != null) {
        watched.put(name, it);
      }
    }
    return watched;
  }

  /** Whether any host has a controller: if not, it is the controllers that are cut off. */
  public boolean isAnybodyThere() {
    return !connected.isEmpty();
  }

  /**
   * What is said of those that somebody does not hear, or that have no controller.
   *
   * @param ended hosts that have none any more, though the store does not tell that yet: of each it
   *     is said, be it that nobody says anything
   */
  public Map<String, Sight> sights(Set<String> ended) {
    Set<String> doubtful = new HashSet<>();
    words.forEach((host, word) -> {
      if (!hasController(host, ended)) {
        doubtful.add(host);
      } else if (!word.isDeaf()) {
        doubtful.addAll(word.missed());
      }
    });
    Map<String, Sight> sights = new HashMap<>();
    ended.forEach(host -> sights.put(host, Sight.NONE));
    for (String host : doubtful) {
      if (ring.has(host)) {
        sights.put(
            host, Sight.of(ring, host, it -> hasController(it, ended) ? words.get(it) : null));
      }
    }
    return sights;
  }

  private boolean hasController(String host, Set<String> ended) {
    return connected.contains(host) && !ended.contains(host);
  }
}
