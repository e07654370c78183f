package net.viaduct.vtep.multicast.membership;

import org.jspecify.annotations.Nullable;

/**
 * What somebody was told about a group: the host's own report of it, and when to say it again.
 * Owned by the data-path thread.
 */
public final class Told {
  private static final long NEVER = Long.MAX_VALUE;

  /** What the next one was told about the same group. */
  @Nullable Told next;

  private final Object whom;
  private final WantedSources wanted = new WantedSources();
  private int changesLeft;
  private long changeDueNs = NEVER;
  private long changedNs = Long.MIN_VALUE / 2;
  private long answerDueNs = NEVER;

  Told(Object whom) {
    this.whom = whom;
  }

  Object whom() {
    return whom;
  }

  /** What is wanted of the group, as far as it was, or is about to be, told. */
  public WantedSources wanted() {
    return wanted;
  }

  /**
   * Something else is wanted now: to be told so many times.
   *
   * @param spacingNs not sooner after the last change was told
   */
  public void change(WantedSources now, int times, long spacingNs, long nowNs) {
    wanted.set(now);
    changesLeft = times;
    changeDueNs = Math.max(nowNs, changedNs + spacingNs);
  }

  /** Whether a change is to be told now. */
  public boolean isChangeDue(long nowNs) {
    return changesLeft > 0 && changeDueNs <= nowNs;
  }

  /** A change was told, which answers every question; once more at a time, if it is to be. */
  public void changeTold(long againNs, long nowNs) {
    changesLeft--;
    changedNs = nowNs;
    changeDueNs = changesLeft > 0 ? againNs : NEVER;
    answerDueNs = NEVER;
  }

  /** Somebody asked: to be told at a time, or sooner if it was so already. */
  public void answer(long dueNs) {
    answerDueNs = Math.min(answerDueNs, dueNs);
  }

  /** Whether an answer is due. */
  public boolean isAnswerDue(long nowNs) {
    return answerDueNs <= nowNs;
  }

  /** The answer was given. */
  public void answered() {
    answerDueNs = NEVER;
  }

  /** When there is something to tell; far in the future if there is nothing. */
  public long dueNs() {
    return Math.min(changeDueNs, answerDueNs);
  }

  /** Whether it need not be remembered: nothing is wanted, and that was told. */
  public boolean isOver() {
    return changesLeft == 0 && wanted.isNothing();
  }
}
