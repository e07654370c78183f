package net.viaduct.host.api;

import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What the server itself refuses (a header too long, a broken request) is a problem in JSON too.
 */
final class ProblemWriter implements Request.Handler {
  private final ApiHandler handler;

  ProblemWriter(ApiHandler handler) {
    this.handler = handler;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object message = request.getAttribute("org.eclipse.jetty.server.Request.errorMessage");
    String detail = message == null ? HttpStatus.getMessage(status) : message.toString();
    handler.writeProblem(response, callback, status, detail, List.of());
    return true;
  }
}
