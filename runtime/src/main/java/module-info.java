/** What every agent needs: clock, bounded queues, counters file, log of distinct errors. */
@org.jspecify.annotations.NullMarked
module net.viaduct.runtime {
  requires static transitive org.jspecify;

  exports net.viaduct.runtime;
}
