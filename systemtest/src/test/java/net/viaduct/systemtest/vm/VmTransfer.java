package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.wire.IpAddress;

/**
 * Bulk TCP between a virtual machine and a machine of the laboratory, with the contents compared.
 * What came in first goes out again, so each transfer out follows one in. Owned by the test's
 * thread.
 */
final class VmTransfer {
  private static final int PORT = 5003;
  private static final int PATIENCE_MS = 30_000;
  private static final int CONNECT_TRIES = 600;
  private static final long CONNECT_TRY_MS = 50;

  private final Vm vm;
  private final NetNamespace machine;
  private String digest = "nothing came in";

  VmTransfer(Vm vm, NetNamespace machine) {
    this.vm = vm;
    this.machine = machine;
  }

  /** From the machine of the laboratory, which connects. */
  void into(IpAddress address, int bytes, long seed) throws Exception {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    digest = digest(content);
    vm.run("rm -f /tmp/in /tmp/done");
    String receive = "nc -l -p %d -e sh -c 'cat >/tmp/in; touch /tmp/done' >/dev/null 2>&1 &";
    vm.run(receive.formatted(PORT));
    try (Socket socket = connect(new InetSocketAddress(address.toString(), PORT))) {
      socket.getOutputStream().write(content);
      socket.shutdownOutput();
      String arrived =
          vm.run("until [ -e /tmp/done ]; do sleep 0.05; done; sha256sum </tmp/in; wc -c </tmp/in");
      assertThat(arrived)
          .as("what arrived in the VM at %s, seed %d", address, seed)
          .isEqualTo(digest + "  -\n" + bytes);
    }
  }

  private Socket connect(InetSocketAddress to) throws Exception {
    for (int i = 0; ; i++) {
      Socket socket =
          machine.call(() -> {
            Socket opened = new Socket();
            opened.bind(null); // which makes it be of this namespace
            return opened;
          });
      try {
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(to, PATIENCE_MS);
        return socket;
      } catch (ConnectException e) { // it does not listen yet
        socket.close();
        if (i == CONNECT_TRIES) {
          throw e;
        }
        Thread.sleep(CONNECT_TRY_MS);
      }
    }
  }

  /** To the machine of the laboratory; the virtual one connects. */
  void outOf(IpAddress address) throws Exception {
    try (ServerSocket server = machine.call(() -> listen(address))) {
      server.setSoTimeout(PATIENCE_MS);
      vm.run("nc %s %d -e cat /tmp/in >/dev/null 2>&1 &".formatted(address, PORT));
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(PATIENCE_MS);
        assertThat(digest(socket.getInputStream().readAllBytes()))
            .as("what arrived at %s", address)
            .isEqualTo(digest);
      }
    }
  }

  private static ServerSocket listen(IpAddress address) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(address.toString(), PORT)); // opens it in this namespace
    return server;
  }

  private static String digest(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
