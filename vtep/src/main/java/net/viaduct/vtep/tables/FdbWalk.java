package net.viaduct.vtep.tables;

/**
 * A walk over stations of an {@link Fdb}. One that is there all the time is met exactly once. Owned
 * by the thread that walks.
 */
public final class FdbWalk implements AutoCloseable {
  private static final long MAC_MASK = 0xffff_ffff_ffffL;

  private final Fdb fdb;
  private final StationMap.Cursor cursor;
  private long entry;

  FdbWalk(Fdb fdb, StationMap.Cursor cursor) {
    this.fdb = fdb;
    this.cursor = cursor;
  }

  /** Goes to the next station that is not gone; false at the end. */
  public boolean next(int nowSeconds) {
    while (cursor.next()) {
      entry = fdb.believed(cursor.key(), cursor.value(), nowSeconds);
      if (entry != Fdb.NOWHERE) {
        return true;
      }
    }
    return false;
  }

  /** The index of its network. */
  public int network() {
    return StationRecords.network(cursor.key());
  }

  /** Its address. */
  public long mac() {
    return cursor.key() & MAC_MASK;
  }

  /** Its {@link StationEntry}. */
  public long entry() {
    return entry;
  }

  @Override
  public void close() {
    cursor.close();
  }
}
