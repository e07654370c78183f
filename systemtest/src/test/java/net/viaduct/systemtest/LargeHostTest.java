package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.linux.PacketPort;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many networks and stations as a host is made for: 4,096 and a million, in 512 MiB. */
class LargeHostTest {
  private static final int VLANS = 4094;
  private static final int STATIONS_PER_NETWORK = 245;
  private static final int STATIONS = VLANS * STATIONS_PER_NETWORK;
  private static final int MOST_MIB = 512;
  private static final int BATCH = 64;
  private static final int MOST_ROUNDS = 20;
  private static final int FRAME_BYTES = 60;

  @TempDir private Path directory;

  private final ReceiveBatch slots =
      new ReceiveBatch(Arena.ofAuto().allocate((long) BATCH * Frame.SLOT_BYTES, 64), BATCH);
  private final SendBatch batch = new SendBatch(BATCH);

  @Test
  void shouldHoldAMillionStationsInFourThousandNetworks() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      LabHost host =
          new LabHost(lab, new LabSwitch(lab, "sw", 1600), "h1", IpAddress.parse("10.77.0.1"), 24);
      LinkKind pair = new LinkKind.Veth(new LinkKind.PeerSpec("far", 1500, 0), -1);
      var links = host.net().links();
      links.up(links.create(new LinkSpec("near", pair).withMtu(1500)));
      links.up(links.require("far").index());
      ViaductHost viaduct = ViaductHost.start(lab, host, "n0: { vni: 1 }\n");
      Files.writeString(viaduct.config(), Files.readString(viaduct.config()) + networks());
      var reload = viaduct.reload();
      assertThat(reload.status()).as(reload.body()).isEqualTo(200);

      DistinctErrors errors = new DistinctErrors(System::nanoTime);
      try (PacketPort far = host.namespace().call(() -> new PacketPort("far", errors))) {
        for (int round = 0; round < MOST_ROUNDS && stations(viaduct) < STATIONS; round++) {
          speakAll(far, viaduct);
        }
      }
      assertThat(viaduct.get("/v1/status")).contains("\"networks\":4096");
      assertThat(stations(viaduct)).isEqualTo(STATIONS);
      ProcessFootprint footprint = ProcessFootprint.of(viaduct.process().pid());
      System.out.println("4,096 networks, " + STATIONS + " stations: " + footprint);
      assertThat(footprint.residentMib()).as("MiB in all").isLessThan(MOST_MIB);
    }
  }

  /** One network by its name, one without ports, and one for each VLAN of a trunk. */
  private static String networks() {
    StringBuilder text = new StringBuilder("  last: { vni: 9999999 }\n");
    StringBuilder trunk = new StringBuilder();
    for (int vlan = 1; vlan <= VLANS; vlan++) {
      text.append("  v").append(vlan).append(": { vni: ").append(1000 + vlan).append(" }\n");
      trunk.append(vlan == 1 ? "" : ", ").append(vlan).append(": v").append(vlan);
    }
    return text
        + "trunks: [{ device: near, vlans: { "
        + trunk
        + " } }]\nlimits: { stations: "
        + (1 << 20)
        + " }\n";
  }

  /** Each station says something to nobody, so that it is learned and the frame goes nowhere. */
  private void speakAll(PacketPort far, ViaductHost viaduct) throws Exception {
    for (int station = 0; station < STATIONS_PER_NETWORK; station++) {
      for (int vlan = 1; vlan <= VLANS; vlan++) {
        Frame frame = slots.frame(batch.size());
        frame.reset();
        frame.lengthBytes(FRAME_BYTES);
        long source = 0x0200_0000_0000L | (long) station << 16 | vlan;
        EthernetHeader.write(frame.memory(), frame.start(), 0x0200_ffff_ffffL, source, 0x88b5);
        batch.add(frame, EtherType.VLAN << Short.SIZE | vlan, false);
        if (batch.size() == BATCH) {
          far.send(batch);
          batch.clear();
        }
      }
      far.send(batch);
      batch.clear();
      stations(viaduct); // an answer later, what was sent has mostly been taken
    }
  }

  private static long stations(ViaductHost viaduct) throws Exception {
    Matcher matcher = Pattern.compile("\"stations\":([0-9]+)").matcher(viaduct.get("/v1/status"));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
