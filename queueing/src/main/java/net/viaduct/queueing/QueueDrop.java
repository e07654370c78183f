package net.viaduct.queueing;

import java.util.List;
import java.util.Locale;

/**
 * Why a packet that came to a queue was not sent. Nothing is dropped without one of these, and the
 * name is the counter. Codes are only ever appended: other programs know them. Immutable.
 */
public enum QueueDrop {
  /** Tail drop. */
  QUEUE_FULL(
      1,
      "A packet came to a queue that holds as many packets or bytes as it may.",
      "More comes than the link carries; FQ-CoDel keeps such queues short, and tells the senders."),
  /** The fattest flow pays. */
  LONGEST_FLOW(
      2,
      "The queues of a class were full, and a packet of the flow with the most in them made room.",
      "That flow sends more than its share; if many are hit, allow more packets or bytes."),
  /** RFC 8289. */
  CODEL(
      3,
      "Packets of a flow waited longer than CoDel's target for a whole interval (RFC 8289).",
      "This is how a sender without ECN is told to slow down; switch ECN on at the ends."),
  /** SFQ has a flow too many. */
  NO_QUEUE_FOR_FLOW(
      4,
      "SFQ has no queue left for one more flow, as the kernel's has none then.",
      "Allow more flows, or use FQ-CoDel, where flows share queues then."),
  /** The store of bytes is bounded. */
  NO_MEMORY(
      5,
      "There was no memory left to keep one more packet.",
      "More waits in all queues than there is memory for: lower their limits."),
  /** The device takes no such frame. */
  DEVICE(
      6,
      "The device took a packet neither now nor later: it is larger than its MTU, or the device is"
          + " down.",
      "Compare the MTUs of both devices, and look at the device that it leaves by."),
  /** Nothing is left of it. */
  MALFORMED(
      7, "A frame is shorter than an Ethernet header.", "Look at the device that it came from.");

  /** All of them, in the order of their codes. */
  public static final List<QueueDrop> ALL = List.of(values());

  private final int code;
  private final String label;
  private final String sentence;
  private final String hint;

  QueueDrop(int code, String sentence, String hint) {
    this.code = code;
    this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.sentence = sentence;
    this.hint = hint;
  }

  /** Its number, which never changes. */
  public int code() {
    return code;
  }

  /** Its name as it is shown: {@code queue-full}. */
  public String label() {
    return label;
  }

  /** What happened. */
  public String sentence() {
    return sentence;
  }

  /** What can be done about it. */
  public String hint() {
    return hint;
  }
}
