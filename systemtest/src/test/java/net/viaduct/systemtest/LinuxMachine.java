package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.linux.PacketPort;
import net.viaduct.vtep.behaviour.Machine;

/** The other end of a port's cable, where a packet socket sends and receives. */
final class LinuxMachine implements Machine {
  private static final ReceiveBatch SLOTS =
      new ReceiveBatch(Arena.global().allocate(8L * Frame.SLOT_BYTES, 64), 8);
  private static final Frame OUT = new Frame(Arena.global().allocate(Frame.SLOT_BYTES, 64), 0);

  private final String port;
  private final PacketPort device;
  private final Queue<byte[]> arrived = new ArrayDeque<>();
  private final SendBatch batch = new SendBatch(1);

  LinuxMachine(String port, PacketPort device) {
    this.port = port;
    this.device = device;
  }

  @Override
  public String port() {
    return port;
  }

  @Override
  public void send(byte[] frame) {
    OUT.reset();
    OUT.lengthBytes(frame.length);
    MemorySegment.copy(frame, 0, OUT.memory(), ValueLayout.JAVA_BYTE, OUT.start(), frame.length);
    batch.clear();
    batch.add(OUT);
    device.send(batch);
    assertThat(batch.result(0)).as("sending %d bytes", frame.length).isEqualTo(SendResult.SENT);
  }

  @Override
  public byte[] receive() {
    int count = device.receive(SLOTS);
    for (int i = 0; i < count; i++) {
      Frame frame = SLOTS.frame(i);
      arrived.add(
          frame
              .memory()
              .asSlice(frame.start(), frame.lengthBytes())
              .toArray(ValueLayout.JAVA_BYTE));
    }
    return arrived.poll();
  }
}
