package net.viaduct.vtep.tables;

/** What became of the attempt to enter a station. */
public enum LearnOutcome {
  /** It was known to be there. */
  KNOWN,
  /** It is new. */
  NEW,
  /** It was elsewhere before. */
  MOVED,
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

  /** Whether the station was not entered for want of room. */
  public boolean isFull() {
    return switch (this) {
      case PORT_FULL, REMOTE_FULL, NETWORK_FULL, TABLE_FULL -> true;
      case KNOWN, NEW, MOVED, OUTRANKED -> false;
    };
  }
}
