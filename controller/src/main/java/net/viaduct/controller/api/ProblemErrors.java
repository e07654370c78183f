package net.viaduct.controller.api;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Tells what the server itself refuses in the same form as all else. Safe from any thread. */
final class ProblemErrors extends ErrorHandler {
  private final ControllerHandler handler;

  ProblemErrors(ControllerHandler handler) {
    this.handler = handler;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object message = request.getAttribute(ERROR_MESSAGE);
    String detail = message == null ? HttpStatus.getMessage(status) : message.toString();
    handler.refuse(response, callback, new ApiProblem(status, detail));
    return true;
  }
}
