package net.viaduct.host.api;

import java.util.List;

/** A request that is answered with a problem. */
final class RequestRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String detail;
  private final transient List<String> errors;

  RequestRefused(int status, String detail) {
    this(status, detail, List.of());
  }

  RequestRefused(int status, String detail, List<String> errors) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.errors = errors;
  }

  int status() {
    return status;
  }

  String detail() {
    return detail;
  }

  List<String> errors() {
    return errors;
  }
}
