package net.viaduct.vtep.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CountersFile;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Lookups by VNI and by address, and indices that rest before they are used again. */
class TablesTest {
  private final CounterBlock block = CountersFile.anonymous().allocate(Layouts.NETWORK, "whatever");

  @Test
  void shouldFindNetworksByVniUnderRandomOperations() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      VniTable table = new VniTable();
      Map<Integer, Network> model = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        int vni = random.nextInt(1000) * 16_777;
        Network known = model.get(vni);
        if (known == null) {
          Network network = new Network(0, new NetworkConfig(vni, "n", FloodList.NOBODY), block);
          table.add(network);
          model.put(vni, network);
        } else if (random.nextBoolean()) {
          table.remove(known);
          model.remove(vni);
        }
        int other = random.nextInt(1000) * 16_777;
        assertThat(table.find(other)).as("seed %d", seed).isSameAs(model.get(other));
      }
    }
  }

  @Test
  void shouldFindRemotesByAddressUnderRandomOperations() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      RemoteTable table = new RemoteTable(random.nextLong());
      Map<IpAddress, Remote> model = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        IpAddress address = address(random);
        Remote known = model.get(address);
        if (known == null) {
          Remote remote = new Remote(i, new Endpoint(address, 4789), block, 0);
          table.add(remote);
          model.put(address, remote);
        } else if (random.nextBoolean()) {
          table.remove(known);
          model.remove(address);
        }
        IpAddress other = address(random);
        assertThat(table.find(other)).as("seed %d", seed).isSameAs(model.get(other));
      }
    }
  }

  private static IpAddress address(Random random) {
    int number = random.nextInt(1000);
    return random.nextBoolean() ? IpAddress.ofIpv4(number) : new IpAddress(number, number);
  }

  @Test
  void shouldUseIndexAgainOnlyWhenNothingRefersToIt() {
    Slots<String> slots = new Slots<>(2);
    int first = slots.reserve();
    slots.set(first, "first");
    int second = slots.reserve();
    slots.set(second, "second");
    assertThat(slots.reserve()).as("full").isEqualTo(-1);
    slots.retire(first);
    assertThat(slots.get(first)).isNull();
    assertThat(slots.reserve()).as("resting").isEqualTo(-1);
    slots.reclaim(index -> false);
    assertThat(slots.reserve()).as("still resting").isEqualTo(-1);
    slots.reclaim(index -> true);
    assertThat(slots.reserve()).isEqualTo(first);
  }
}
