package net.viaduct.wire;

/**
 * Why bytes are not the header that they should be. The {@code check} methods of this package
 * return one of these, or null when every field may be read.
 */
public enum Malformation {
  /** Fewer bytes than the header, or than the length that it announces. */
  TRUNCATED("ends before its header or its announced length does"),
  /** The version field is not the protocol's. */
  BAD_VERSION("has another version than the protocol's"),
  /** A header length that is below the minimum. */
  BAD_HEADER_LENGTH("announces a header shorter than the protocol's minimum"),
  /** A total length that is smaller than the header. */
  BAD_TOTAL_LENGTH("announces a total length that its header does not fit into"),
  /** Hardware or protocol types or address sizes other than Ethernet and IPv4. */
  BAD_ADDRESS_FORMAT("speaks of addresses other than Ethernet's and IPv4's"),
  /** An option or extension header that leaves its surroundings, or has no length. */
  BAD_OPTION("holds an option that leaves its packet or has no length"),
  /** A count of records or sources that do not fit. */
  BAD_COUNT("announces more records than it has room for"),
  /** A checksum that does not match. */
  BAD_CHECKSUM("has a checksum that does not match"),
  /** A hop limit other than 255, where only neighbours may speak. */
  BAD_HOP_LIMIT("was forwarded, or pretends to be: its hop limit is not as sent by a neighbour"),
  /** A message type or code that the protocol does not have. */
  BAD_TYPE("has a type or code that the protocol does not have");

  private final String sentence;

  Malformation(String sentence) {
    this.sentence = sentence;
  }

  /** What is wrong, for a person; completes "the packet ...". */
  public String sentence() {
    return sentence;
  }
}
