package net.viaduct.controller.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes: takes what came in, writes it, syncs once, and answers all. Owns the
 * writer; any thread may hand in.
 */
final class Committer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private static final int MOST_WAITING = 10_000;
  private static final int MOST_TOGETHER = 256;

  /** How many revisions are forgotten at once, so that nobody waits long for it. */
  private static final int FORGET_STEP = 1_000;

  private final DatabaseFile file;
  private SqliteWriter writer;
  private boolean failed;
  private final Revisions revisions;
  private final long history;
  private final BlockingQueue<Task> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread thread;
  private volatile boolean closed;

  private sealed interface Task {
    CompletableFuture<Outcome> answer();
  }

  private record Commit(Transaction transaction, CompletableFuture<Outcome> answer)
      implements Task {}

  private record Forget(long before, CompletableFuture<Outcome> answer) implements Task {}

  private record Stop(CompletableFuture<Outcome> answer) implements Task {}

  Committer(DatabaseFile file, SqliteWriter writer, Revisions revisions, long history) {
    this.file = file;
    this.writer = writer;
    this.revisions = revisions;
    this.history = history;
    this.thread = Thread.ofPlatform().name("store").daemon().start(this::run);
  }

  Outcome commit(Transaction transaction) {
    return await(new Commit(transaction, new CompletableFuture<>()));
  }

  void forgetBefore(long revision) {
    await(new Forget(revision, new CompletableFuture<>()));
  }

  private Outcome await(Task task) {
    if (closed || !waiting.offer(task)) {
      throw new StoreFailure(
          closed
              ? "the store is closed"
              : "the store is busy: more than " + MOST_WAITING + " changes wait; try again");
    }
    if (!thread.isAlive()) {
      refuseWaiting();
    }
    try {
      return task.answer().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreFailure failure) {
        throw new StoreFailure(String.valueOf(failure.getMessage()), failure);
      }
      throw e;
    }
  }

  private void run() {
    List<Task> tasks = new ArrayList<>();
    try {
      boolean stopping = false;
      while (!stopping) {
        tasks.add(waiting.take());
        waiting.drainTo(tasks, MOST_TOGETHER - 1);
        stopping = work(tasks);
        tasks.clear();
        forgetSome();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      writer.close();
      refuse(tasks);
      refuseWaiting();
    }
  }

  /** Carries out what came in, in order. */
  private boolean work(List<Task> tasks) {
    List<Commit> together = new ArrayList<>();
    boolean stopping = false;
    for (Task task : tasks) {
      switch (task) {
        case Commit commit -> together.add(commit);
        case Forget forget -> {
          write(together);
          forget(forget);
        }
        case Stop stop -> {
          stopping = true;
          stop.answer().complete(new Outcome.Committed(0));
        }
      }
    }
    write(together);
    return stopping;
  }

  private void write(List<Commit> commits) {
    if (commits.isEmpty()) {
      return;
    }
    try {
      openAnewIfFailed();
      List<Outcome> outcomes = writer.write(commits.stream().map(Commit::transaction).toList());
      if (writer.newest() != revisions.newest()) {
        revisions.advance(writer.newest());
      }
      for (int i = 0; i < outcomes.size(); i++) {
        commits.get(i).answer().complete(outcomes.get(i));
      }
    } catch (StoreFailure failure) {
      failed = true;
      commits.forEach(commit -> commit.answer().completeExceptionally(failure));
    }
    commits.clear();
  }

  /**
   * After a failure nothing of what was begun may stay, and SQLite may have ended the transaction
   * by itself or not: so the connection is thrown away, and what is on disk counts.
   */
  private void openAnewIfFailed() {
    if (failed) {
      writer.close();
      writer = new SqliteWriter(file.openToWrite());
      failed = false;
      revisions.advance(writer.newest());
    }
  }

  private void forget(Forget task) {
    try {
      openAnewIfFailed();
      while (writer.oldest() < task.before()) {
        forgetOne(task.before());
      }
      task.answer().complete(new Outcome.Committed(writer.newest()));
    } catch (StoreFailure failure) {
      failed = true;
      task.answer().completeExceptionally(failure);
    }
  }

  private void forgetOne(long before) {
    long step = Math.min(before, writer.oldest() + FORGET_STEP);
    revisions.forgot(step); // before it is so, or a reader could see half of it
    writer.forget(step);
  }

  private void forgetSome() {
    try {
      openAnewIfFailed();
      while (writer.newest() - writer.oldest() > history + FORGET_STEP && waiting.isEmpty()) {
        forgetOne(writer.newest() - history);
      }
    } catch (StoreFailure failure) {
      failed = true;
      LOG.warn("{}", failure.getMessage());
    }
  }

  private void refuseWaiting() {
    List<Task> left = new ArrayList<>();
    waiting.drainTo(left);
    refuse(left);
  }

  private static void refuse(List<Task> tasks) {
    StoreFailure failure = new StoreFailure("the store is closed");
    tasks.forEach(task -> task.answer().completeExceptionally(failure));
  }

  @Override
  public void close() {
    Stop stop = new Stop(new CompletableFuture<>());
    if (!closed && waiting.offer(stop)) {
      stop.answer().join();
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
