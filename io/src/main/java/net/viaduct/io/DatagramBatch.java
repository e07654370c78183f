package net.viaduct.io;

/**
 * Datagrams on their way to the underlay, in order. Each is a frame by reference with a tunnel
 * header that was written into the headroom directly in front of it; one frame may go to many
 * destinations. A super-frame becomes as many datagrams as it has segments, each with a copy of
 * that header. Owned by the thread that sends.
 */
public final class DatagramBatch {
  private final Frame[] frames;
  private final int[] headerBytes;
  private final Endpoint[] destinations;
  private final int[] flowHashes;
  private final int[] trafficClasses;
  private final SendResult[] results;
  private final int[] sent;
  private final int[] sentBytes;
  private int size;

  /** An empty batch. */
  public DatagramBatch(int capacity) {
    frames = new Frame[capacity];
    headerBytes = new int[capacity];
    destinations = new Endpoint[capacity];
    flowHashes = new int[capacity];
    trafficClasses = new int[capacity];
    results = new SendResult[capacity];
    sent = new int[capacity];
    sentBytes = new int[capacity];
  }

  /** Appends a datagram whose traffic class is 0. */
  public boolean add(Frame frame, int header, Endpoint destination, int flowHash) {
    return add(frame, header, destination, flowHash, 0);
  }

  /**
   * Appends a datagram.
   *
   * @param header bytes of tunnel header in front of the frame's start
   * @param flowHash of the inner flow; the same flow leaves from the same UDP source port
   * @param trafficClass the TOS byte or traffic class of the outer IP header, 0 to 255
   * @return false if the batch is full and has to be sent first
   */
  public boolean add(
      Frame frame, int header, Endpoint destination, int flowHash, int trafficClass) {
    if (size == frames.length) {
      return false;
    }
    frames[size] = frame;
    headerBytes[size] = header;
    destinations[size] = destination;
    flowHashes[size] = flowHash;
    trafficClasses[size] = trafficClass;
    sent[size] = 0;
    sentBytes[size] = 0;
    results[size++] = SendResult.FAILED;
    return true;
  }

  /** How many entries there are. */
  public int size() {
    return size;
  }

  /** The inner frame of an entry. */
  public Frame frame(int index) {
    return frames[index];
  }

  /** Bytes of tunnel header in front of the inner frame. */
  public int headerBytes(int index) {
    return headerBytes[index];
  }

  /** Where an entry goes. */
  public Endpoint destination(int index) {
    return destinations[index];
  }

  /** The hash of the inner flow. */
  public int flowHash(int index) {
    return flowHashes[index];
  }

  /** The TOS byte or traffic class of the outer IP header. */
  public int trafficClass(int index) {
    return trafficClasses[index];
  }

  /** What became of an entry, once it was sent; not SENT if any of its segments was not. */
  public SendResult result(int index) {
    return results[index];
  }

  /** How many datagrams of an entry left. */
  public int datagrams(int index) {
    return sent[index];
  }

  /**
   * How many bytes of an entry's inner frame left: all but the payload of the segments that did
   * not; 0 if no datagram did.
   */
  public int sentBytes(int index) {
    return sentBytes[index];
  }

  /** Told by the underlay for each entry that left as a whole, or of which nothing left. */
  public void result(int index, SendResult value, int datagrams) {
    result(index, value, datagrams, 0);
  }

  /**
   * Told by the underlay for each entry.
   *
   * @param datagrams how many left
   * @param lostBytes payload of the segments that did not
   */
  public void result(int index, SendResult value, int datagrams, int lostBytes) {
    results[index] = value;
    sent[index] = datagrams;
    sentBytes[index] = datagrams == 0 ? 0 : frames[index].lengthBytes() - lostBytes;
  }

  /** Forgets the entries. */
  public void clear() {
    size = 0;
  }
}
