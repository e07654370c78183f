package net.viaduct.vtep.tables;

/** What became of the attempt to enter a station. */
public enum LearnOutcome {
  /** It was known to be there. */
  KNOWN,
  /** It is new. */
  NEW,
  /** It was elsewhere before. */
  MOVED,
  /** It is held where it is, as it moves too often or may not move at all. */
  HELD,
  /** A fact of a higher origin says that it is elsewhere, and stays. */
  OUTRANKED,
  /** Too many stations behind the port. */
  PORT_FULL,
  /** Too many stations behind the remote. */
  REMOTE_FULL,
  /** Too many stations in the network. */
  NETWORK_FULL,
  /** Too many stations in all. */
  TABLE_FULL;

  /** Whether the station is where it was not before. */
  public boolean isArrival() {
    return this == NEW || this == MOVED;
  }

  /** Whether the station was not entered for want of room. */
  public boolean isFull() {
    return switch (this) {
      case PORT_FULL, REMOTE_FULL, NETWORK_FULL, TABLE_FULL -> true;
      case KNOWN, NEW, MOVED, HELD, OUTRANKED -> false;
    };
  }
}
