package net.viaduct.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Makes keys and certificates by keytool, and writes them as PEM. Used by one thread.
 *
 * @param directory where all files are
 */
public record KeyMaker(Path directory) {
  /** Of each key store. */
  public static final String PASSWORD = "changeit";

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }

  /**
   * Makes keys whose certificate they have signed themselves; those called signer may sign others.
   */
  public KeyStore make(String name, String subject, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-genkeypair",
                "-keystore",
                name + ".p12",
                "-alias",
                name,
                "-dname",
                subject,
                "-keyalg",
                "EC",
                "-validity",
                "10"));
    arguments.addAll(List.of(more));
    keytool(arguments.toArray(String[]::new));
    return load(name);
  }

  /** Makes the keys that sign others. */
  public KeyStore makeSigner() throws Exception {
    return make("signer", "CN=signer", "-ext", "bc:c");
  }

  /** Makes keys whose certificate the signer has signed. */
  public void makeSigned(String name, String subject, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("-signer", "signer", "-signerkeypass", PASSWORD));
    Files.copy(directory.resolve("signer.p12"), directory.resolve(name + ".p12"));
    make(name, subject, arguments.toArray(String[]::new));
    keytool("-delete", "-alias", "signer", "-keystore", name + ".p12");
  }

  /** Keys that were made. */
  public KeyStore load(String name) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  /** Writes NAME.pem with the certificate and those that signed it. */
  public Path writeCertificate(String name) throws GeneralSecurityException, IOException {
    StringBuilder text = new StringBuilder();
    for (Certificate certificate : load(name).getCertificateChain(name)) {
      text.append(block("CERTIFICATE", certificate.getEncoded()));
    }
    return Files.writeString(directory.resolve(name + ".pem"), text);
  }

  /** Writes NAME.key, PKCS #8. */
  public Path writeKey(String name) throws GeneralSecurityException, IOException {
    byte[] key = load(name).getKey(name, PASSWORD.toCharArray()).getEncoded();
    return Files.writeString(directory.resolve(name + ".key"), block("PRIVATE KEY", key));
  }

  private static String block(String what, byte[] bytes) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(bytes)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
