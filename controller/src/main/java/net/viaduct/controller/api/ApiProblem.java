package net.viaduct.controller.api;

import java.util.List;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.tracing.TraceRefused;
import org.eclipse.jetty.http.HttpStatus;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A request that is not done, as RFC 9457 tells it. */
final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int UNPROCESSABLE = 422;

  private final int status;
  private final transient ObjectNode body;

  ApiProblem(int status, String detail) {
    super(detail);
    this.status = status;
    this.body = Documents.object();
    body.put("type", "about:blank");
    body.put("title", HttpStatus.getMessage(status));
    body.put("status", status);
    body.put("detail", detail);
  }

  int status() {
    return status;
  }

  ObjectNode body() {
    return body;
  }

  /** What a failure of the parts behind the API is to whoever asked; a defect is none. */
  static ApiProblem of(RuntimeException failure) {
    return switch (failure) {
      case ApiProblem problem -> problem;
      case NotReadable wrong -> of(wrong);
      case ChangeRefused refused -> of(refused);
      case TraceRefused refused ->
          new ApiProblem(UNPROCESSABLE, String.valueOf(refused.getMessage()));
      case HistoryGone gone -> new ApiProblem(410, String.valueOf(gone.getMessage()));
      case StoreFailure down -> new ApiProblem(503, String.valueOf(down.getMessage()));
      default -> throw failure;
    };
  }

  private static ApiProblem of(NotReadable wrong) {
    List<Mistake> mistakes = wrong.mistakes();
    String detail =
        mistakes.size() == 1
            ? mistakes.getFirst().toString()
            : mistakes.size() + " mistakes; the first: " + mistakes.getFirst();
    ApiProblem problem = new ApiProblem(UNPROCESSABLE, detail);
    ArrayNode errors = problem.body.putArray("errors");
    for (Mistake mistake : mistakes) {
      errors.addObject().put("pointer", mistake.pointer()).put("detail", mistake.detail());
    }
    return problem;
  }

  private static ApiProblem of(ChangeRefused refused) {
    int status =
        switch (refused.why()) {
          case MISSING -> 404;
          case EXISTS, IN_USE, TAKEN -> 409;
          case CHANGED -> 412;
          case WRONG -> UNPROCESSABLE;
        };
    ApiProblem problem = new ApiProblem(status, String.valueOf(refused.getMessage()));
    if (!refused.others().isEmpty()) {
      ArrayNode others = problem.body.putArray("others");
      refused.others().forEach(others::add);
    }
    return problem;
  }
}
