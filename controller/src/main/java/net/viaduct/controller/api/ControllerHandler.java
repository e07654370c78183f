package net.viaduct.controller.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.viaduct.controller.access.Identity;
import net.viaduct.controller.access.RequestRate;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.page.PageFile;
import net.viaduct.controller.page.PageFiles;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Lets requests in, and answers them with JSON. Called on a virtual thread for each request. */
final class ControllerHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerHandler.class);

  private static final int NOT_LET_IN = 401;
  private static final Set<String> LOCAL_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  private final Routes routes;
  private final Authenticator authenticator;
  private final RequestRate rate;
  private final EventStream events;
  private final PageFiles page = new PageFiles();

  ControllerHandler(
      Routes routes, Authenticator authenticator, RequestRate rate, EventStream events) {
    this.routes = routes;
    this.authenticator = authenticator;
    this.rate = rate;
    this.events = events;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      answer(request, response, callback);
    } catch (RuntimeException failure) {
      refuse(response, callback, problem(request, failure));
    }
    return true;
  }

  private static ApiProblem problem(Request request, RuntimeException failure) {
    try {
      return ApiProblem.of(failure);
    } catch (RuntimeException defect) {
      LOG.error("{} {} failed", request.getMethod(), request.getHttpURI().getPath(), defect);
      return new ApiProblem(500, "this is a defect; the controller's log has more about it");
    }
  }

  private void answer(Request request, Response response, Callback callback) {
    Door door = ControllerServer.doorOf(request);
    String via = door == Door.SOCKET ? "socket" : Request.getRemoteAddr(request);
    Optional<Identity> identity = authenticator.identify(request, door);
    if (!rate.take(identity.map(Identity::name).orElse(via))) {
      throw new ApiProblem(429, "too many requests; try again in a second");
    }
    requireMeant(request, door);
    String path = Request.getPathInContext(request);
    Optional<PageFile> file = PageAnswer.isAskedBy(request) ? page.at(path) : Optional.empty();
    if (file.isPresent()) { // whoever cannot show who he is needs the page to do so
      PageAnswer.write(file.get(), request, response, callback);
      return;
    }
    Identity who =
        identity.orElseThrow(
            () -> new ApiProblem(NOT_LET_IN, "show a token that is good, or a certificate"));
    Routes.Match match = routes.match(request.getMethod(), path);
    Route route = match.route();
    if (!who.role().may(route.role())) {
      throw new ApiProblem(
          403, who.name() + " is " + who.role().word() + "; this takes " + route.role().word());
    }
    Map<String, String> query = query(request, route);
    requireType(request, route);
    String ifMatch = request.getHeaders().get(HttpHeader.IF_MATCH);
    Call call =
        new Call(
            who,
            via,
            match.path(),
            query,
            ifMatch == null ? "" : ifMatch,
            () -> body(request, route.mostBytes()));
    if (route.path().equals(Routes.WATCH)) {
      events.tell(call, () -> authenticator.identify(request, door), request, response, callback);
      return;
    }
    Answer answer = route.action().apply(call);
    answer.headers().forEach(response.getHeaders()::put);
    write(response, callback, answer.status(), "application/json", answer.body());
  }

  /**
   * A browser asks at the loopback door whatever some page's name leads to: a page of others whose
   * name they point at this machine would be let in as this machine's user.
   */
  private static void requireMeant(Request request, Door door) {
    String host = Request.getServerName(request);
    if (door == Door.LOOPBACK && (host == null || !LOCAL_NAMES.contains(host))) {
      throw new ApiProblem(421, "by this door the controller is 127.0.0.1 or localhost");
    }
  }

  private static Map<String, String> query(Request request, Route route) {
    Map<String, String> query = new LinkedHashMap<>();
    Fields fields;
    try {
      fields = Request.extractQueryParameters(request);
    } catch (RuntimeException e) {
      throw new ApiProblem(400, "the query cannot be read: " + e.getMessage());
    }
    for (Fields.Field field : fields) {
      String name = field.getName();
      if (route.parameters().stream().noneMatch(it -> it.name().equals(name))) {
        throw new ApiProblem(400, "there is no parameter '" + name + "' here");
      }
      if (field.hasMultipleValues()) {
        throw new ApiProblem(400, "parameter '" + name + "' comes twice");
      }
      query.put(name, field.getValue());
    }
    return query;
  }

  private static void requireType(Request request, Route route) {
    if (route.request().isEmpty()) {
      return;
    }
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    String right = OpenApi.requestType(route);
    String given = type == null ? "" : type.replaceFirst("\\s*;.*", "").trim();
    if (!given.equalsIgnoreCase(right)) {
      throw new ApiProblem(415, "the Content-Type should be " + right);
    }
  }

  private static String body(Request request, int most) {
    try (InputStream in = Content.Source.asInputStream(request)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new ApiProblem(413, "the document has more than " + most + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new ApiProblem(400, "the document is not UTF-8");
    } catch (IOException e) {
      throw new ApiProblem(400, "the document did not arrive: " + e.getMessage());
    }
  }

  void refuse(Response response, Callback callback, ApiProblem problem) {
    if (problem.status() == NOT_LET_IN) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    } else if (problem.status() == 429 || problem.status() == 503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    }
    write(response, callback, problem.status(), "application/problem+json", problem.body());
  }

  private static void write(
      Response response, Callback callback, int status, String type, ObjectNode body) {
    byte[] bytes = Documents.write(body).getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }
}
