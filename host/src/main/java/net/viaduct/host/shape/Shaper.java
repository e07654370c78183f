package net.viaduct.host.shape;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.viaduct.host.HostSurroundings;
import net.viaduct.host.NotPermitted;
import net.viaduct.host.api.ApiServer;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.host.shapefile.ShapeFile;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.linux.MappedMemory;
import net.viaduct.queueing.tree.PreparedTree;
import net.viaduct.runtime.AgentRunner;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctError;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.queue.PacketStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bump in the wire between two devices: what comes in by one is queued and leaves by the other.
 * The methods may be called from any thread; one at a time does something.
 */
public final class Shaper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shaper.class);
  private static final CountersCapacity COUNTERS = CountersCapacity.forBlocks(4_096);
  private static final int SMALL_SLOTS = 16_384;
  private static final int LARGE_SLOTS = 512;
  private static final long PATIENCE_SECONDS = 10;

  private final ShapeFile.Source source;
  private final CountersFile counters;
  private final Lane upload;
  private final Lane download;
  private final ShapePath path;
  private final AgentRunner runner;
  private final DistinctErrors errors;
  private ShapeConfig config;

  private Shaper(
      ShapeFile.Source source,
      ShapeConfig config,
      CountersFile counters,
      Lane upload,
      Lane download,
      ShapePath path,
      AgentRunner runner,
      DistinctErrors errors) {
    this.source = source;
    this.config = config;
    this.counters = counters;
    this.upload = upload;
    this.download = download;
    this.path = path;
    this.runner = runner;
    this.errors = errors;
  }

  /**
   * Takes both devices and begins.
   *
   * @throws ConfigException with all that is wrong with the configuration
   * @throws NotPermitted if the counters file cannot be written
   * @throws IoFailure if a device is not there, or the kernel refuses
   */
  public static Shaper start(ShapeFile.Source source, HostSurroundings around) {
    ShapeConfig config = ShapeFile.read(source);
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      return start(source, config, around, opened);
    } catch (RuntimeException e) {
      closeAll(opened);
      throw e;
    }
  }

  private static Shaper start(
      ShapeFile.Source source,
      ShapeConfig config,
      HostSurroundings around,
      List<AutoCloseable> opened) {
    HostDevices devices = around.devices();
    DistinctErrors errors = new DistinctErrors(around.clock());
    CountersFile counters = openCounters(config.countersFile(), around);
    opened.add(counters);
    Port in = devices.openDevice(config.in(), errors, 1);
    opened.add(in);
    Port out = devices.openDevice(config.out(), errors, 1);
    opened.add(out);
    Readiness readiness = devices.openReadiness();
    opened.add(readiness);
    readiness.add(in, 0);
    readiness.add(out, 1);
    MappedMemory memory =
        new MappedMemory(ShapePath.bytes() + 2 * PacketStore.bytes(SMALL_SLOTS, LARGE_SLOTS));
    opened.add(memory);
    long storeBytes = PacketStore.bytes(SMALL_SLOTS, LARGE_SLOTS);
    PacketStore first =
        new PacketStore(memory.segment().asSlice(0, storeBytes), SMALL_SLOTS, LARGE_SLOTS);
    PacketStore second =
        new PacketStore(memory.segment().asSlice(storeBytes, storeBytes), SMALL_SLOTS, LARGE_SLOTS);
    SplittableRandom random = new SplittableRandom();
    Lane upload = new Lane("upload", in, out, 0, config.upload(), counters, first, random);
    Lane download =
        new Lane("download", out, in, 1, config.download(), counters, second, random.split());
    List<AutoCloseable> ofPath = List.of(in, out, readiness, memory);
    ShapePath path =
        new ShapePath(
            upload,
            download,
            memory.segment().asSlice(2 * storeBytes, ShapePath.bytes()),
            readiness,
            around.clock(),
            () -> closeAll(ofPath));
    AgentRunner runner = new AgentRunner(path, errors);
    runner.start();
    LOG.info(
        "shape is up: {} to {}, upload {}, download {}",
        config.in(),
        config.out(),
        rate(config.upload()),
        rate(config.download()));
    return new Shaper(source, config, counters, upload, download, path, runner, errors);
  }

  private static String rate(ShapeConfig.Direction direction) {
    long rate = direction.rateBitsPerSecond();
    return rate == 0 ? "as fast as it goes" : rate / 1_000 + " kbit/s";
  }

  private static CountersFile openCounters(Path file, HostSurroundings around) {
    ApiServer.prepareDirectory(file, Optional.empty());
    try {
      return CountersFile.create(file, COUNTERS, around.clock(), Instant.now(around.wallClock()));
    } catch (IOException e) {
      throw new NotPermitted("cannot make the counters file: " + e.getMessage());
    }
  }

  /**
   * Reads the configuration again and changes both directions at once, all or nothing: no packet is
   * lost, none of a flow overtakes another.
   *
   * @return whether something was different
   * @throws ConfigException with all that is wrong; nothing has changed
   */
  public synchronized boolean reload() {
    tellErrors();
    ShapeConfig next = ShapeFile.readAgain(source, config);
    if (next.equals(config)) {
      LOG.info("reloaded: nothing is different");
      return false;
    }
    PreparedTree nextUpload = upload.tree().prepare(next.upload().tree());
    PreparedTree nextDownload = download.tree().prepare(next.download().tree());
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    boolean taken =
        path.offer(nowNs -> {
          try {
            change(upload, nextUpload, next.upload(), nowNs);
            change(download, nextDownload, next.download(), nowNs);
            done.complete(true);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
            throw e;
          }
        });
    if (!taken) {
      throw new IllegalStateException("the data path does not take commands");
    }
    await(done);
    config = next;
    LOG.info("reloaded: upload {}, download {}", rate(next.upload()), rate(next.download()));
    return true;
  }

  private static void change(
      Lane lane, PreparedTree tree, ShapeConfig.Direction direction, long nowNs) {
    lane.tree().change(tree, nowNs);
    lane.rate(direction.rateBitsPerSecond());
  }

  private static void await(CompletableFuture<Boolean> done) {
    try {
      done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the data path did not change: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the data path changed", e);
    }
  }

  /** Gives the devices back as they were; what waits is lost. */
  @Override
  public void close() {
    runner.close();
    tellErrors();
    closeAll(List.of(counters));
  }

  private void tellErrors() {
    for (DistinctError error : errors.snapshot()) {
      LOG.warn("{} times: {}", error.count(), error.message());
    }
  }

  private static void closeAll(List<? extends AutoCloseable> opened) {
    for (AutoCloseable each : opened.reversed()) {
      closeQuietly(each);
    }
  }

  private static void closeQuietly(AutoCloseable what) {
    try {
      what.close();
    } catch (Exception e) {
      LOG.warn("cannot close {}: {}", what, e.getMessage());
    }
  }
}
