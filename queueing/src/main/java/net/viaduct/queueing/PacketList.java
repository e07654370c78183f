package net.viaduct.queueing;

import org.jspecify.annotations.Nullable;

/** Packets in the order in which they came, first in, first out. Owned by the packets' owner. */
public final class PacketList {
  private @Nullable Packet head;
  private @Nullable Packet tail;
  private int size;
  private long linkBytes;

  /** An empty list. */
  public PacketList() {}

  /** Appends a packet that is in no list. */
  public void add(Packet packet) {
    packet.next = null;
    Packet last = tail;
    if (last == null) {
      head = packet;
    } else {
      last.next = packet;
    }
    tail = packet;
    size++;
    linkBytes += packet.linkBytes();
  }

  /** The first packet; null if there is none. */
  public @Nullable Packet first() {
    return head;
  }

  /** Takes the first packet out; null if there is none. */
  public @Nullable Packet poll() {
    Packet first = head;
    if (first == null) {
      return null;
    }
    head = first.next;
    if (head == null) {
      tail = null;
    }
    first.next = null;
    size--;
    linkBytes -= first.linkBytes();
    return first;
  }

  /** Takes the last packet out, which walks the list; null if there is none. */
  public @Nullable Packet pollLast() {
    Packet last = tail;
    if (last == null || last == head) {
      return poll();
    }
    Packet before = head;
    while (before != null && before.next != last) {
      before = before.next;
    }
    if (before != null) {
      before.next = null;
    }
    tail = before;
    size--;
    linkBytes -= last.linkBytes();
    return last;
  }

  /** Appends all packets of another list, which is empty then. */
  public void addAll(PacketList other) {
    for (Packet packet = other.poll(); packet != null; packet = other.poll()) {
      add(packet);
    }
  }

  /** How many packets there are; a super-frame is one. */
  public int size() {
    return size;
  }

  /** How many bytes they take on the link. */
  public long linkBytes() {
    return linkBytes;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return head == null;
  }
}
