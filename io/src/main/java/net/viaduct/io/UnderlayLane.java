package net.viaduct.io;

/**
 * One thread's part of an underlay: what it receives by itself, and its way to send. Owned by that
 * thread. The kernel says which lane a datagram comes to; those of one flow, which have the same
 * addresses and ports, come to the same. All lanes send a flow from the same UDP source port, so
 * that it stays in one lane at the other end too.
 */
public interface UnderlayLane extends Pollable {
  /**
   * Fills slots with UDP payloads from the first on, each with its source and how it came, without
   * waiting. A payload's checksum was verified by the kernel if the sender gave one. One that came
   * over IPv6 without checksum, from who is not allowed that, comes empty, and is told by {@link
   * Frame#isChecksummed()}; one that came in fragments, where none are wanted, by {@link
   * Frame#isFragmented()}.
   *
   * @return how many were filled; 0 if there is nothing now
   */
  int receive(ReceiveBatch batch);

  /**
   * Sends in order, without waiting, and tells the result of each in the batch. Nothing is
   * fragmented, unless {@link #sendsFragments()}.
   *
   * <p>Super-frames are cut and unfinished checksums are finished here; if that is done in the
   * frame itself, its {@link Offload} says so afterwards, because other entries may refer to it.
   */
  void send(DatagramBatch batch);

  /**
   * Whether what does not fit the way is sent in fragments, here or by routers, instead of being
   * refused; never changes. Any thread.
   */
  default boolean sendsFragments() {
    return false;
  }
}
