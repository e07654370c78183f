package net.viaduct.controller.etcd;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.store.Watch;
import net.viaduct.etcd.KeyValue;
import net.viaduct.etcd.RangeRequest;
import net.viaduct.etcd.RangeResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in an etcd cluster, for any number of controllers that are equal. What is read is what
 * most members agree on (linearizable). Safe from any thread.
 */
public final class EtcdStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdStore.class);

  /** Longer than members take to choose a leader. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final int MOST_ENTRIES_AT_ONCE = 1_000;
  private static final int NAME_BYTES = 8;
  private static final long KEEP_HOUSE_EVERY_S = 120;

  /** How many revisions are forgotten at once, since compacting costs etcd something. */
  private static final long FORGET_STEP = 1_000;

  private final EtcdMembers members;
  private final EtcdKeys keys;
  private final EtcdHistory revisions;
  private final EtcdMarks marks;
  private final EtcdCommitter committer;
  private final long history;
  private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService housekeeping;
  private volatile boolean closed;

  private EtcdStore(EtcdMembers members, EtcdKeys keys, String name, long history) {
    this.members = members;
    this.keys = keys;
    this.revisions = new EtcdHistory(members, keys);
    this.marks = new EtcdMarks(members, keys);
    this.committer = new EtcdCommitter(members, keys, name);
    this.history = history;
    this.housekeeping =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("store-housekeeping").daemon().factory());
  }

  /**
   * Connects to a cluster.
   *
   * @param history how many revisions are kept at least for those who ask for older ones; what
   *     others write into this etcd counts too
   * @throws StoreFailure if no member answers, or they cannot be asked
   */
  public static EtcdStore open(EtcdConfig config, long history) {
    return open(config, history, PATIENCE);
  }

  static EtcdStore open(EtcdConfig config, long history, Duration patience) {
    SecureRandom random = new SecureRandom();
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    EtcdMembers members = new EtcdMembers(config, random.nextInt(), patience);
    EtcdStore store =
        new EtcdStore(
            members, new EtcdKeys(config.prefix()), HexFormat.of().formatHex(name), history);
    try {
      store.revisions.newest();
    } catch (StoreFailure failure) {
      store.close();
      throw failure;
    }
    var _ =
        store.housekeeping.scheduleWithFixedDelay(
            store::keepHouseAndGoOn, KEEP_HOUSE_EVERY_S, KEEP_HOUSE_EVERY_S, TimeUnit.SECONDS);
    return store;
  }

  private void keepHouseAndGoOn() {
    try {
      keepHouse();
    } catch (StoreFailure failure) {
      LOG.warn("the history of etcd is not kept short: {}", failure.getMessage());
    }
  }

  /** Forgets what is older than the history; all controllers do so, and none minds the others. */
  void keepHouse() {
    long newest = revision();
    if (newest - revisions.oldest() > history + FORGET_STEP) {
      revisions.forgetBefore(newest - history);
    }
    marks.deleteThoseBefore(revisions.oldest());
  }

  @Override
  public long revision() {
    return revisions.newest();
  }

  @Override
  public long oldestRevision() {
    return revisions.oldest();
  }

  @Override
  public Optional<Entry> get(String key) {
    RangeResponse found = ask(RangeRequest.newBuilder().setKey(keys.of(key)).build(), Range.NEWEST);
    return found.getKvsList().stream().map(keys::entry).findFirst();
  }

  @Override
  public Page range(Range range) {
    ByteString from = keys.of(range.prefix());
    if (range.after().compareTo(range.prefix()) >= 0) {
      from = keys.after(range.after());
    }
    ByteString end = keys.endOf(range.prefix());
    long revision = range.revision();
    List<Entry> entries = new ArrayList<>();
    boolean more;
    do {
      int wanted = Math.min(range.limit() - entries.size(), MOST_ENTRIES_AT_ONCE);
      if (ByteString.unsignedLexicographicalComparator().compare(from, end) >= 0) {
        from = end; // nothing, but it tells the revision
        wanted = 1;
      }
      RangeRequest request =
          RangeRequest.newBuilder()
              .setKey(from)
              .setRangeEnd(end)
              .setLimit(wanted)
              .setRevision(revision)
              .build();
      RangeResponse found = ask(request, range.revision());
      revision = revision == Range.NEWEST ? found.getHeader().getRevision() : revision;
      for (KeyValue value : found.getKvsList()) {
        entries.add(keys.entry(value));
      }
      more = found.getMore();
      from = entries.isEmpty() ? from : keys.after(entries.getLast().key());
    } while (more && entries.size() < range.limit());
    return new Page(revision, entries, more);
  }

  private RangeResponse ask(RangeRequest request, long revision) {
    try {
      return members.ask(member -> member.range(request));
    } catch (StatusRuntimeException refusal) {
      throw revisions.failure(refusal, revision);
    }
  }

  @Override
  public Outcome commit(Transaction transaction) {
    return committer.commit(transaction);
  }

  @Override
  public Watch watch(String prefix, long afterRevision) {
    EtcdWatch watch =
        new EtcdWatch(
            members,
            revisions,
            keys,
            new EtcdWatch.Wanted(keys.of(prefix), keys.endOf(prefix), afterRevision),
            watches::remove);
    watches.add(watch);
    if (closed) {
      watch.close();
    }
    return watch;
  }

  @Override
  public void forgetBefore(long revision) {
    revisions.forgetBefore(revision);
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    housekeeping.shutdownNow();
    watches.forEach(EtcdWatch::close);
    members.close();
  }
}
