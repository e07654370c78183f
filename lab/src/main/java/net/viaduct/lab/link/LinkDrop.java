package net.viaduct.lab.link;

import java.util.List;
import java.util.Locale;

/** Why a frame did not leave an emulated link. Codes are only ever appended. Immutable. */
public enum LinkDrop {
  /** Congestion. */
  QUEUE(
      1,
      "The link's queue gave the frame up.",
      "The counters of the queue tell why; this is how senders learn to slow down."),
  /** Chance. */
  LOST(2, "The link lost the frame by chance.", "This is what its 'loss' asks for."),
  /** Offloads are on. */
  SUPER_FRAME(
      3,
      "A super-frame came, which no wire carries.",
      "Switch the offloads of the sending device off: ethtool -K DEVICE tx off."),
  /** A jumbo frame. */
  TOO_LARGE(
      4,
      "A frame is larger than the device that it came from may send.",
      "Somebody changed an MTU; take the laboratory down and up again."),
  /** Too much is under way. */
  STORE_FULL(
      5,
      "More frames are under way than the emulation keeps.",
      "The product of rate and delay is too large for frames this small."),
  /** The way out refused. */
  DEVICE_REFUSED(
      6,
      "The device at the other end did not take the frame.",
      "It is down, or its owner does not keep up.");

  /** All, in the order of their codes. */
  public static final List<LinkDrop> ALL = List.of(values());

  private final int code;
  private final String sentence;
  private final String hint;

  LinkDrop(int code, String sentence, String hint) {
    this.code = code;
    this.sentence = sentence;
    this.hint = hint;
  }

  /** Its number. */
  public int code() {
    return code;
  }

  /** Its name, as counters have it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
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
