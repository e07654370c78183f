package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.TamperedStore;
import net.viaduct.controller.store.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller that looks for the others of a store, which has bad times. */
class PeerControllersTest {
  @TempDir Path directory;
  private final SetClock clock = new SetClock();
  private boolean isListed = true;
  private Store store;
  private PeerControllers peers;

  @BeforeEach
  void open() {
    store =
        TamperedStore.of(
            Store.class,
            SqliteStore.open(directory.resolve("c.db"), 1_000),
            (method, _, real) -> {
              if (method.equals("range") && !isListed) {
                throw new StoreFailure("the disk does not read");
              }
              return real.call();
            });
    peers = new PeerControllers(store, clock, new PeerPlace("first"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void lookInVain() {
    isListed = false;
    assertThatThrownBy(() -> peers.look()).isInstanceOf(StoreFailure.class);
    isListed = true;
  }

  private PeerControllers.Found next() {
    clock.now = clock.now.plus(PeerControllers.SAY_EVERY);
    return peers.look();
  }

  @Test
  void shouldTellThatItWasTakenForDeadWhenTheLookAtTheOthersFailedAtFirst() {
    store.commit(
        new Transaction(
            List.of(), List.of(new Operation.Delete(PeerControllers.PREFIX + "first"))));
    lookInVain();
    assertThat(peers.look().wasTakenForDead()).isTrue();
    assertThat(next().wasTakenForDead()).as("told once").isFalse();
  }

  @Test
  void shouldTellThatItWasMuteWhenTheLookAtTheOthersFailedAtFirst() {
    clock.now = clock.now.plus(PeerControllers.DEAD_AFTER);
    lookInVain();
    assertThat(peers.look().wasMute()).isTrue();
    assertThat(next().wasMute()).as("told once").isFalse();
  }
}
