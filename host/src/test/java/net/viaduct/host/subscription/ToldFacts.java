package net.viaduct.host.subscription;

import com.google.protobuf.ByteString;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.MemberFact;
import net.viaduct.protocol.NetworkFact;
import net.viaduct.protocol.StationFact;
import net.viaduct.wire.IpAddress;

/** Writes down what a controller says. Owned by a test. */
public final class ToldFacts {
  private static final int VNI = 100;
  private static final int UDP_PORT = 4789;

  private final Changes.Builder changes = Changes.newBuilder();

  private ToldFacts(long revision) {
    changes.setRevision(revision);
  }

  /** Network blue, VNI 100, with h1 at 10.77.0.1 and h2 at 10.77.0.2. */
  public static ToldFacts blue(long revision) {
    return blue(revision, NetworkFact.getDefaultInstance());
  }

  /** The same with more about the network. */
  public static ToldFacts blue(long revision, NetworkFact more) {
    ToldFacts facts = new ToldFacts(revision);
    facts.changes.addFacts(
        Fact.newBuilder().setNetwork(more.toBuilder().setVni(VNI).setName("blue")));
    for (int i = 1; i <= 2; i++) {
      ByteString address = ByteString.copyFrom(IpAddress.parse("10.77.0." + i).toBytes());
      facts.changes.addFacts(
          Fact.newBuilder()
              .setMember(
                  MemberFact.newBuilder()
                      .setVni(VNI)
                      .setHost("h" + i)
                      .addEndpoints(Endpoint.newBuilder().setAddress(address).setPort(UDP_PORT))));
    }
    return facts;
  }

  /** A station, and the device of its host that is its port. */
  public ToldFacts station(long mac, String host, String device) {
    return station(mac, host, device, "");
  }

  /** The same, and the group of that. */
  public ToldFacts station(long mac, String host, String device, String group) {
    StationFact.Builder station =
        StationFact.newBuilder().setVni(VNI).setMac(mac).setHost(host).setDevice(device);
    changes.addFacts(Fact.newBuilder().setStation(station.setGroup(group)));
    return this;
  }

  /** All of it. */
  public Changes changes() {
    return changes.build();
  }
}
