package net.viaduct.cli.demo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.Machine;

/** An emulated host and what makes it a VTEP. Owned by the thread that runs the demo. */
interface DemoHost {
  /** The emulated host. */
  LabHost host();

  /** What it runs, for a person. */
  String program();

  /** Plans a machine behind a port of this host; before {@link #begin}. */
  void plan(Machine machine, Attachment attachment);

  /** Begins to make it a VTEP; does not wait for it. */
  void begin();

  /** Waits until it is a VTEP, and attaches the machines that are not yet. */
  void finish();

  /** Where it thinks stations are. */
  List<Knowledge> knowledge();

  /** How it passed frames on; empty if it does not count that. */
  Optional<Passed> passed();

  /**
   * How a machine is attached.
   *
   * @see Machine#attachVeth
   * @see Machine#adoptTap
   * @see Machine#prepareMove
   */
  enum Attachment {
    /** One end of a veth pair is a port of the host, the other one the machine's device. */
    VETH,
    /** A tap that the host makes becomes the machine's device. */
    TAP,
    /** As VETH, but only for the time when the machine has moved here. */
    VETH_AFTER_MOVE
  }

  /**
   * Where a station is.
   *
   * @param mac of the station
   * @param place {@code port vm1} or a remote's address
   */
  record Knowledge(long mac, String place) {}

  /**
   * What became of the frames from ports, and of those from the underlay.
   *
   * @param straight frames that went to the one place where their destination is
   * @param flooded frames that went to everybody
   * @param dropped frames that were dropped
   * @param reasons how many of these for which reason
   */
  record Passed(long straight, long flooded, long dropped, Map<String, Long> reasons) {
    /** The count, and why if there is one: {@code 2 (unknown-vni 2)}. */
    String droppedAndWhy() {
      String why =
          reasons.entrySet().stream()
              .map(reason -> reason.getKey() + " " + reason.getValue())
              .collect(Collectors.joining(", "));
      return why.isEmpty() ? String.valueOf(dropped) : dropped + " (" + why + ")";
    }
  }
}
