package net.viaduct.runtime;

/**
 * A duty that one thread does in cycles; all its state belongs to that thread. Others only put
 * commands into its {@link CommandQueue} and {@link #wake} it.
 */
public interface Agent {
  /** What the agent does, as a noun: {@code data-path}. Its thread bears this name. Any thread. */
  String roleName();

  /**
   * One cycle. It may wait, for a bounded time, in the call that tells it of work ({@code
   * epoll_wait}), if {@link #wake} ends that wait.
   *
   * @return how much was done; after 0 the runner pauses, if it was told to
   * @throws Exception is recorded by the runner, which goes on after a back-off
   */
  int doWork() throws Exception;

  /** Ends a wait inside {@link #doWork}. Any thread. An agent that never waits needs nothing. */
  default void wake() {}

  /** Gives back what the agent holds; on its thread, after the last cycle, once. */
  default void onClose() {}
}
