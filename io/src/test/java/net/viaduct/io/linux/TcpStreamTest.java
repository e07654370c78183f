package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import net.viaduct.io.IoFailure;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpStreamTest {
  private static final int MOST_WRITES = 10_000;

  private ServerSocketChannel server;
  private final TcpStream stream = TcpStream.openTo(IpAddress.parse("127.0.0.1"));
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment chunk = arena.allocate(64 << 10);

  @BeforeEach
  void listen() throws IOException {
    server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
  }

  @AfterEach
  void close() throws IOException {
    stream.close();
    server.close();
    arena.close();
  }

  private SocketChannel connect() throws IOException {
    stream.connect(server.socket().getLocalPort(), 5_000);
    stream.patience(10);
    return server.accept();
  }

  @Test
  void shouldTellWhatTheKernelKnows() throws IOException {
    try (SocketChannel other = connect()) {
      long sent = stream.write(chunk);
      ByteBuffer buffer = ByteBuffer.allocate((int) sent);
      while (buffer.hasRemaining()) {
        other.read(buffer);
      }
      TcpInfo info = stream.info();
      assertThat(sent).isEqualTo(chunk.byteSize());
      assertThat(info.congestionWindow()).isPositive();
      assertThat(info.smoothedRttUs()).isPositive();
      assertThat(info.ackedBytes()).isBetween(1L, sent + 1); // the SYN counts
      assertThat(info.retransmits()).isZero();
    }
  }

  @Test
  void shouldLosePatienceWhenNobodyReads() throws IOException {
    try (SocketChannel other = connect()) {
      long sent = -1;
      for (int i = 0; i < MOST_WRITES && sent != 0; i++) {
        sent = stream.write(chunk);
      }
      assertThat(sent).isZero();
      assertThat(other.isOpen()).isTrue();
    }
  }

  @Test
  void shouldNotGoOnSendingWhenItIsAborted() throws IOException {
    try (SocketChannel other = connect()) {
      while (stream.write(chunk) > 0) {
        // until the kernel's buffers are full
      }
      stream.abort();
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      assertThatThrownBy(
              () -> {
                while (other.read(buffer.clear()) >= 0) {
                  // what had arrived may still be read
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void shouldSayThatTheOtherEndIsGone() throws IOException {
    connect().close();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < MOST_WRITES; i++) {
                stream.write(chunk);
              }
            })
        .isInstanceOf(IoFailure.class)
        .hasMessageMatching("send to 127.0.0.1: (EPIPE|ECONNRESET): .*");
  }

  @Test
  void shouldSayWhatCannotBe() throws IOException {
    assertThatThrownBy(() -> stream.congestionControl("no-such-thing"))
        .hasMessageContaining("this kernel does not have it");
    int port = server.socket().getLocalPort();
    server.close();
    assertThatThrownBy(() -> stream.connect(port, 1_000)).hasMessageContaining("ECONNREFUSED");
  }
}
