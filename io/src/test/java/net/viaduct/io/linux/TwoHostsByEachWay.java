package net.viaduct.io.linux;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.UnaryOperator;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The same for each way by which packets of an underlay come and leave. */
@ParameterizedClass
@EnumSource(
    value = UdpUnderlayConfig.Way.class,
    names = {"SOCKETS", "TAP"})
abstract class TwoHostsByEachWay extends TwoHosts {
  private static final int TUNNEL_BYTES = 8;

  @Parameter UdpUnderlayConfig.Way way;

  UdpUnderlay open(
      String namespace, List<IpAddress> addresses, UnaryOperator<UdpUnderlayConfig> change) {
    return open(namespace, change.apply(UdpUnderlayConfig.of(addresses, PORT).withWay(way)));
  }

  UdpUnderlay open(String namespace, IpAddress... addresses) {
    return open(namespace, List.of(addresses), config -> config);
  }

  UdpUnderlay openNear() {
    return open(near, NEAR_4, NEAR_6);
  }

  UdpUnderlay openFar() {
    return open(far, FAR_6, FAR_4);
  }

  static Frame frame(int payloadBytes) {
    return Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", payloadBytes);
  }

  static SendResult send(
      UdpUnderlay underlay, int payloadBytes, Endpoint destination, int hash, int trafficClass) {
    DatagramBatch batch = new DatagramBatch(4);
    batch.add(frame(payloadBytes), 0, destination, hash, trafficClass);
    underlay.attend(); // a tap knows its neighbours then
    underlay.send(batch);
    return batch.result(0);
  }

  /** Sends one frame behind a tunnel header of eight bytes 1 to 8. */
  static DatagramBatch sendTunnelled(
      UdpUnderlay underlay, Frame frame, IpAddress destination, int flowHash) {
    for (int i = 0; i < TUNNEL_BYTES; i++) {
      long at = frame.start() - TUNNEL_BYTES + i;
      frame.memory().set(ValueLayout.JAVA_BYTE, at, (byte) (i + 1));
    }
    DatagramBatch batch = new DatagramBatch(4);
    batch.add(frame, TUNNEL_BYTES, new Endpoint(destination, PORT), flowHash);
    underlay.attend(); // a tap knows its neighbours then
    underlay.send(batch);
    return batch;
  }

  static byte[] withTunnelHeader(byte[] frame) {
    byte[] bytes = new byte[TUNNEL_BYTES + frame.length];
    for (int i = 0; i < TUNNEL_BYTES; i++) {
      bytes[i] = (byte) (i + 1);
    }
    System.arraycopy(frame, 0, bytes, TUNNEL_BYTES, frame.length);
    return bytes;
  }

  static Endpoint udp(IpAddress address) {
    return new Endpoint(address, PORT);
  }

  static IpAddress source(Frame frame) {
    return new IpAddress(frame.sourceHigh(), frame.sourceLow());
  }
}
