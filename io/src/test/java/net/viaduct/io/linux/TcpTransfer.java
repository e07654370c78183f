package net.viaduct.io.linux;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Sends bytes over TCP from one namespace to another and compares them there. */
final class TcpTransfer implements AutoCloseable {
  private static final int PATIENCE_MS = 20_000;
  private static final int BLOCK_BYTES = 65_536;

  private final ServerSocket server;
  private final Socket client;
  private final String address;

  TcpTransfer(String from, String to, String address) {
    this.address = address;
    server = Namespaces.in(to, () -> new ServerSocket(0, 1, InetAddress.getByName(address)));
    client =
        Namespaces.in(
            from,
            () -> {
              Socket socket = new Socket();
              socket.bind(null); // makes the descriptor here
              return socket;
            });
  }

  /** Whether all bytes arrived as they were sent. */
  boolean run(int bytes) {
    FutureTask<Boolean> receiver = new FutureTask<>(() -> receive(bytes));
    Thread thread = new Thread(receiver, "receiver");
    thread.start();
    try {
      server.setSoTimeout(PATIENCE_MS);
      client.connect(new InetSocketAddress(address, server.getLocalPort()), PATIENCE_MS);
      OutputStream out = client.getOutputStream();
      Random random = new Random(bytes);
      byte[] block = new byte[BLOCK_BYTES];
      for (int left = bytes; left > 0; left -= BLOCK_BYTES) {
        random.nextBytes(block);
        out.write(block, 0, Math.min(left, BLOCK_BYTES));
      }
      client.shutdownOutput();
      return receiver.get();
    } catch (IOException | InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean receive(int bytes) throws IOException {
    Random random = new Random(bytes);
    byte[] expected = new byte[BLOCK_BYTES];
    byte[] block = new byte[BLOCK_BYTES];
    try (Socket socket = server.accept()) {
      socket.setSoTimeout(PATIENCE_MS);
      InputStream in = socket.getInputStream();
      DataInputStream data = new DataInputStream(in);
      for (int left = bytes; left > 0; left -= BLOCK_BYTES) {
        random.nextBytes(expected);
        int wanted = Math.min(left, BLOCK_BYTES);
        data.readFully(block, 0, wanted);
        if (!Arrays.equals(block, 0, wanted, expected, 0, wanted)) {
          return false;
        }
      }
      return in.read() < 0;
    }
  }

  @Override
  public void close() {
    try {
      client.close();
      server.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
