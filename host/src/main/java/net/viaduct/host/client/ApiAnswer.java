package net.viaduct.host.client;

import java.nio.charset.StandardCharsets;

/**
 * What the local API answered.
 *
 * @param status of HTTP
 * @param body JSON
 */
public record ApiAnswer(int status, String body) {
  private static final int MOST_STATUS_OF_SUCCESS = 299;

  /** Whether it is what was asked for, and not a problem. */
  public boolean isSuccess() {
    return status <= MOST_STATUS_OF_SUCCESS;
  }

  static ApiAnswer parse(byte[] bytes) throws ApiSilent {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int headerEnd = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || headerEnd < 12) {
      throw new ApiSilent("what answers is not the local API of a host", false);
    }
    String status = text.substring(9, 12);
    if (!status.matches("[1-5][0-9]{2}")) {
      throw new ApiSilent("what answers is not the local API of a host", false);
    }
    return new ApiAnswer(Integer.parseInt(status), text.substring(headerEnd + 4));
  }
}
