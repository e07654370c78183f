package net.viaduct.host.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import net.viaduct.host.subscription.ToldNetwork.ToldStation;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;
import net.viaduct.protocol.MemberFact;
import net.viaduct.protocol.NetworkFact;
import net.viaduct.protocol.PortGroup;
import net.viaduct.protocol.StationFact;
import net.viaduct.protocol.StationKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told, kept in memory and on disk. */
class FactTableTest {
  @TempDir Path directory;
  private final FactTable table = new FactTable();

  private static Fact network(int vni) {
    NetworkFact.Builder network = NetworkFact.newBuilder().setVni(vni).setName("n" + vni);
    return Fact.newBuilder().setNetwork(network).build();
  }

  private static Fact member(int vni, String host, int... address) {
    byte[] bytes = new byte[address.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) address[i];
    }
    Endpoint.Builder at = Endpoint.newBuilder().setAddress(ByteString.copyFrom(bytes));
    return Fact.newBuilder()
        .setMember(MemberFact.newBuilder().setVni(vni).setHost(host).addEndpoints(at.setPort(4789)))
        .build();
  }

  private static Fact station(int vni, long mac, String host) {
    return Fact.newBuilder()
        .setStation(StationFact.newBuilder().setVni(vni).setMac(mac).setHost(host))
        .build();
  }

  private static FactKey stationKey(int vni, long mac) {
    return FactKey.newBuilder().setStation(StationKey.newBuilder().setVni(vni).setMac(mac)).build();
  }

  private static Changes.Builder anew(Fact... facts) {
    return Changes.newBuilder()
        .setAnew(true)
        .setStore("s")
        .setRevision(42)
        .addAllFacts(List.of(facts));
  }

  private static Map<Long, String> stations(FactTable table) {
    return table.told().stream()
        .flatMap(network -> network.stations().stream())
        .collect(Collectors.toMap(ToldStation::mac, ToldStation::host));
  }

  @Test
  void shouldFollowAThousandRandomChangesAsAMapDoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Long, String> model = new HashMap<>();
    table.apply(List.of(anew(network(7)).build()));
    for (int i = 1; i <= 1_000; i++) {
      long mac = 2 + random.nextInt(20) * 256L;
      Changes.Builder changes = Changes.newBuilder().setStore("s").setRevision(i);
      switch (random.nextInt(20)) {
        case 0 -> {
          changes.setAnew(true).addFacts(network(7));
          model.clear();
        }
        case 1 -> {
          changes.addGone(FactKey.newBuilder().setNetworkVni(7)).addFacts(network(7));
          model.clear();
        }
        case 2, 3, 4, 5 -> {
          changes.addGone(stationKey(7, mac));
          model.remove(mac);
        }
        default -> {
          String host = "h" + random.nextInt(3);
          changes.addFacts(station(7, mac, host));
          model.put(mac, host);
        }
      }
      table.apply(List.of(changes.build()));
      assertThat(stations(table)).as("seed %d, change %d", seed, i).isEqualTo(model);
    }
    assertThat(table.revision()).isEqualTo(1_000);
  }

  @Test
  @Tag("R56")
  void shouldKnowAfterARestartWhatItKnewBefore() throws IOException {
    Fact h2 = member(7, "h2", 10, 77, 0, 2);
    table.apply(List.of(anew(network(7), h2, station(7, 0x0200_0000_0001L, "h2")).build()));
    FactFile file = new FactFile(directory.resolve("facts"));
    assertThat(file.read().changes()).isEmpty();
    file.write(table.message());
    FactTable after = new FactTable();
    after.apply(List.of(file.read().changes().orElseThrow()));
    assertThat(after.told()).isEqualTo(table.told()).hasSize(1);
    assertThat(after.revision()).isEqualTo(42);
    assertThat(after.store()).isEqualTo("s");
  }

  @Test
  @Tag("R56")
  void shouldKnowTheGroupsOfPortsAfterARestart() throws IOException {
    PortGroup group =
        PortGroup.newBuilder()
            .setName("gold")
            .setSendBitsPerSecond(1_000_000)
            .setDscp(0)
            .setStations(4)
            .build();
    NetworkFact.Builder network =
        NetworkFact.newBuilder().setVni(7).setName("blue").addGroups(group);
    StationFact.Builder station =
        StationFact.newBuilder().setVni(7).setMac(2).setHost("h1").setGroup("gold");
    Fact[] facts = {
      Fact.newBuilder().setNetwork(network).build(), Fact.newBuilder().setStation(station).build()
    };
    table.apply(List.of(anew(facts).build()));
    FactFile file = new FactFile(directory.resolve("facts"));
    file.write(table.message());
    FactTable after = new FactTable();
    after.apply(List.of(file.read().changes().orElseThrow()));
    ToldNetwork told = after.told().getFirst();
    assertThat(told.groups())
        .containsOnly(
            Map.entry(
                "gold", new ToldNetwork.ToldGroup("gold", 1_000_000, 0, OptionalInt.of(0), 4)));
    assertThat(told.stations()).extracting(ToldStation::group).containsExactly("gold");
  }

  @Test
  void shouldUnderstandWhatBecomesOfUnknownStations() {
    NetworkFact told =
        NetworkFact.newBuilder()
            .setVni(7)
            .setName("blue")
            .setDropUnknown(true)
            .setLearnWhenAwayAfterSeconds(90)
            .build();
    table.apply(List.of(anew(Fact.newBuilder().setNetwork(told).build(), network(8)).build()));
    assertThat(table.told())
        .extracting(ToldNetwork::unknown)
        .containsExactly(
            new ToldNetwork.Unknown(true, OptionalLong.of(90)), ToldNetwork.Unknown.FLOODED);
  }

  @Test
  void shouldNotBelieveADamagedFile() throws IOException {
    Path path = directory.resolve("facts");
    FactFile file = new FactFile(path);
    file.write(anew(network(7)).build());
    file.settle();
    byte[] whole = Files.readAllBytes(path);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x10;
      Files.write(path, damaged);
      assertThatThrownBy(file::read).as("byte %d", i).isInstanceOf(IOException.class);
      Files.write(path, Arrays.copyOf(whole, i));
      assertThatThrownBy(file::read).as("cut at %d", i).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldLeaveOutTheFactThatItDoesNotUnderstandAndNameIt() {
    Fact bad = member(8, "h2", 10);
    Fact good = member(8, "h3", 10, 77, 0, 3);
    Fact homeless = station(9, 2, "h2");
    table.apply(List.of(anew(network(7), network(8), bad, good, homeless).build()));
    assertThat(table.told()).extracting(ToldNetwork::vni).containsExactly(7, 8);
    assertThat(table.told().getLast().members()).containsOnlyKeys("h3");
    assertThat(table.misunderstood().orElseThrow()).contains("host h2 of VNI 8");
  }

  @Test
  void shouldTakeBackThatItDoesNotUnderstandWhenItDoes() {
    table.apply(List.of(anew(network(8), member(8, "h2", 10)).build()));
    assertThat(table.misunderstood()).isPresent();
    Fact right = member(8, "h2", 10, 77, 0, 2);
    table.apply(List.of(Changes.newBuilder().setRevision(43).addFacts(right).build()));
    assertThat(table.misunderstood()).isEmpty();
    Fact other = member(8, "h2", 11);
    table.apply(List.of(Changes.newBuilder().setRevision(44).addFacts(other).build()));
    assertThat(table.misunderstood()).isPresent();
    FactKey gone = FactKey.newBuilder().setNetworkVni(8).build();
    table.apply(List.of(Changes.newBuilder().setRevision(45).addGone(gone).build()));
    assertThat(table.misunderstood()).isEmpty();
  }

  @Test
  void shouldSayThatThereIsAFactOfAKindThatItDoesNotKnow() {
    table.apply(List.of(anew(network(7), Fact.getDefaultInstance()).build()));
    assertThat(table.told()).hasSize(1);
    assertThat(table.misunderstood()).isPresent();
    table.apply(List.of(anew(network(7)).build()));
    assertThat(table.misunderstood()).isEmpty();
  }
}
