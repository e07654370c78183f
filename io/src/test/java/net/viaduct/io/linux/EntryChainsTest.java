package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EntryChainsTest {
  private static final int SLOTS = 4;
  private static final Endpoint ONE = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
  private static final Endpoint OTHER = new Endpoint(IpAddress.parse("10.77.0.3"), 4789);

  private final EntryChains chains = new EntryChains(SLOTS);

  private record Flow(int slot, int hash, Endpoint destination) {}

  private List<Integer> chain(int slot) {
    List<Integer> entries = new ArrayList<>();
    for (int entry = chains.first(slot); entry != EntryChains.END; entry = chains.next(entry)) {
      entries.add(entry);
    }
    return entries;
  }

  private List<Integer> usedSlots() {
    List<Integer> slots = new ArrayList<>();
    for (int i = 0; i < chains.used(); i++) {
      slots.add(chains.slot(i));
    }
    return slots;
  }

  @Test
  @Tag("R5")
  void shouldPutTheEntriesOfOneFlowTogether() {
    chains.begin(6);
    for (int i = 0; i < 6; i++) {
      chains.add(i, 1, i % 2, ONE);
    }

    assertThat(chain(1)).containsExactly(0, 2, 4, 1, 3, 5);
  }

  @Test
  void shouldPutTheCopiesForOneDestinationTogether() {
    chains.begin(4);
    chains.add(0, 1, 7, ONE);
    chains.add(1, 1, 7, OTHER);
    chains.add(2, 1, 7, new Endpoint(ONE.address(), ONE.port()));
    chains.add(3, 1, 7, OTHER);

    assertThat(chain(1)).containsExactly(0, 2, 1, 3);
  }

  /** As a map of lists would do it. */
  @RepeatedTest(20)
  @Tag("R5")
  void shouldKeepOrderWithinEachFlow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int size = random.nextInt(300);
      int flows = 1 + random.nextInt(200);
      Map<Integer, Map<Flow, List<Integer>>> model = new LinkedHashMap<>();
      chains.begin(size);
      for (int entry = 0; entry < size; entry++) {
        int hash = random.nextInt(flows) << random.nextInt(2) * 20;
        Flow flow = new Flow(hash % SLOTS, hash, random.nextBoolean() ? ONE : OTHER);
        chains.add(entry, flow.slot(), hash, flow.destination());
        model
            .computeIfAbsent(flow.slot(), _ -> new LinkedHashMap<>())
            .computeIfAbsent(flow, _ -> new ArrayList<>())
            .add(entry);
      }

      assertThat(usedSlots()).as("seed %d", seed).containsExactlyElementsOf(model.keySet());
      model.forEach((slot, ofSlot) ->
          assertThat(chain(slot))
              .as("seed %d", seed)
              .containsExactlyElementsOf(ofSlot.values().stream().flatMap(List::stream).toList()));
    }
  }
}
