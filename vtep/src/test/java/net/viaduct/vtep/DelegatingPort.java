package net.viaduct.vtep;

import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemorySource;

/** A port in memory, for tests that change some of it. */
public class DelegatingPort implements Port, MemorySource {
  private final MemoryPort port;

  /** A port that does what another one does. */
  public DelegatingPort(MemoryPort port) {
    this.port = port;
  }

  @Override
  public String name() {
    return port.name();
  }

  @Override
  public int mtuBytes() {
    return port.mtuBytes();
  }

  @Override
  public boolean isReady() {
    return port.isReady();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return port.receive(batch);
  }

  @Override
  public void send(SendBatch batch) {
    port.send(batch);
  }

  @Override
  public long lostInKernel() {
    return port.lostInKernel();
  }

  @Override
  public void close() {
    port.close();
  }
}
