package net.viaduct.queueing.discipline;

import org.jspecify.annotations.Nullable;

/** Flows in the order in which it is their turn. Owned by the thread that owns the tree. */
final class CodelFlowList {
  private @Nullable CodelFlow head;
  private @Nullable CodelFlow tail;

  CodelFlowList() {}

  void add(CodelFlow flow) {
    flow.next = null;
    CodelFlow last = tail;
    if (last == null) {
      head = flow;
    } else {
      last.next = flow;
    }
    tail = flow;
  }

  @Nullable CodelFlow first() {
    return head;
  }

  void removeFirst() {
    CodelFlow first = head;
    if (first != null) {
      head = first.next;
      first.next = null;
      if (head == null) {
        tail = null;
      }
    }
  }
}
