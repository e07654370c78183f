package net.viaduct.controller.sqlite;

import java.nio.file.Path;
import java.util.List;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;

/**
 * A process that writes two values in each transaction, without end, and prints the number of each
 * transaction when it was acknowledged. Ends with a line {@code failed: ...} if one was not.
 */
public final class WritingProcess {
  private static final int BYTES = 2_000;

  private WritingProcess() {}

  /**
   * Writes.
   *
   * @param arguments the file, and the number to begin with
   */
  public static void main(String[] arguments) {
    try (SqliteStore store = SqliteStore.open(Path.of(arguments[0]), 1_000_000)) {
      System.out.println("ready");
      for (int i = Integer.parseInt(arguments[1]); ; i++) {
        String number = i + " " + "x".repeat(BYTES);
        Outcome outcome =
            store.commit(
                new Transaction(
                    List.of(),
                    List.of(
                        new Operation.Put("a/" + i, number), new Operation.Put("b/" + i, number))));
        if (!(outcome instanceof Outcome.Committed)) {
          throw new IllegalStateException("refused: " + outcome);
        }
        System.out.println(i);
      }
    } catch (StoreFailure failure) {
      System.out.println("failed: " + failure.getMessage());
    }
  }
}
