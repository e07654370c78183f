package net.viaduct.systemtest.vm;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other end of the serial line by which a virtual machine takes commands; the emulator connects
 * to it. Owned by the test's thread, with a thread of its own that reads.
 */
final class VmControl implements AutoCloseable {
  private static final String END = "\0end";

  private final Path address;
  private final ServerSocketChannel server;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private volatile @Nullable SocketChannel line;
  private int commands;

  /** What a command in the machine printed, and how it ended. */
  record Outcome(int exitCode, String output) {}

  /** Waits for an emulator at a path of a Unix socket. */
  VmControl(Path address) throws IOException {
    this.address = address;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(address));
    Thread.ofVirtual().name("vm-control").start(this::read);
  }

  /** Where the emulator is to connect. */
  Path address() {
    return address;
  }

  private void read() {
    try (SocketChannel accepted = server.accept()) {
      line = accepted;
      BufferedReader reader =
          new BufferedReader(Channels.newReader(accepted, StandardCharsets.UTF_8));
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        lines.add(text);
      }
    } catch (IOException e) {
      // it was closed, or the machine has ended
    } finally {
      lines.add(END);
    }
  }

  /**
   * The next line that the machine wrote.
   *
   * @throws IOException if there is none in time, or the machine has ended
   */
  String awaitLine(long deadlineNs) throws IOException, InterruptedException {
    String text = lines.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (text == null) {
      throw new IOException("it does not answer");
    }
    if (text.equals(END)) {
      lines.add(END);
      throw new IOException("it has ended");
    }
    return text;
  }

  /**
   * Has a command executed by the machine's shell.
   *
   * @throws IOException if it does not end in time, or the machine has ended
   */
  Outcome run(String command, Duration patience) throws IOException, InterruptedException {
    SocketChannel channel = line;
    if (channel == null) {
      throw new IOException("it is not connected");
    }
    String id = "command" + ++commands;
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(id + " " + command + "\n");
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    long deadlineNs = System.nanoTime() + patience.toNanos();
    StringBuilder output = new StringBuilder();
    while (true) {
      String text = awaitLine(deadlineNs);
      if (text.startsWith(id + "-ended ")) {
        int exitCode = Integer.parseInt(text.substring(text.indexOf(' ') + 1));
        return new Outcome(exitCode, output.toString().stripTrailing());
      }
      output.append(text).append('\n');
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    SocketChannel channel = line;
    if (channel != null) {
      channel.close();
    }
  }
}
