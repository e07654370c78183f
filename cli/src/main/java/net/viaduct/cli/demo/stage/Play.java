package net.viaduct.cli.demo.stage;

import java.time.Duration;

/** A demo, from its beginning to its end. Owned by the thread that runs it. */
public interface Play {
  /** Builds, shows, and tells about it. */
  void run() throws InterruptedException;

  /** Ends its programs as an operator would. */
  void stop();

  /** Whether all arrived that should, and the programs ended well if they were ended. */
  boolean isSuccess();

  /** What was seen, for a program. */
  Object outcome(Duration elapsed);

  /** Tells what somebody can do with it while it goes on running. */
  void tellWhatToTry();
}
