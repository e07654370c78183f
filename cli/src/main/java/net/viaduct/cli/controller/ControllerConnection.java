package net.viaduct.cli.controller;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A connection to a controller, for one question. Used by the command's thread. */
final class ControllerConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 60_000;
  private static final int MOST_BYTES = 64 << 20;
  private static final int USUAL_TLS_PORT = 7443;
  private static final int USUAL_PORT = 80;

  private final Closeable socket;
  private final InputStream in;
  private final OutputStream out;

  private ControllerConnection(Closeable socket, InputStream in, OutputStream out) {
    this.socket = socket;
    this.in = in;
    this.out = out;
  }

  /**
   * Connects, and makes sure of the controller if it is by TLS. Nothing was asked for yet.
   *
   * @param signers of the controller's certificate; null: those that the JDK trusts
   * @throws IOException if nobody is there, or somebody else
   */
  static ControllerConnection open(URI where, @Nullable Path signers) throws IOException {
    if (where.getScheme().equals("unix")) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(where.getSchemeSpecificPart()));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new ControllerConnection(
          channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }
    Socket socket = connect(where, signers);
    return new ControllerConnection(socket, socket.getInputStream(), socket.getOutputStream());
  }

  private static Socket connect(URI where, @Nullable Path signers) throws IOException {
    boolean tls = where.getScheme().equals("https");
    int port = where.getPort() >= 0 ? where.getPort() : tls ? USUAL_TLS_PORT : USUAL_PORT;
    Socket plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(where.getHost(), port), TIMEOUT_MS);
      plain.setSoTimeout(TIMEOUT_MS);
      if (!tls) {
        return plain;
      }
      SSLSocket socket =
          (SSLSocket)
              context(signers).getSocketFactory().createSocket(plain, where.getHost(), port, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static SSLContext context(@Nullable Path signers) throws IOException {
    try {
      if (signers == null) {
        return SSLContext.getDefault();
      }
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      try (InputStream in = Files.newInputStream(signers)) {
        int count = 0;
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          trusted.setCertificateEntry("signer" + count++, each);
        }
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(signers + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Sends a request and has all that comes until the controller closes. */
  String exchange(byte[] request) throws IOException {
    out.write(request);
    out.flush();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] bytes = new byte[64 * 1024];
    int count = in.read(bytes);
    while (count >= 0 && all.size() < MOST_BYTES) {
      all.write(bytes, 0, count);
      count = in.read(bytes);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
