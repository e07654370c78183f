package net.viaduct.host.api;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.host.view.HostView;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.json.JsonMapper;

/** Answers requests with JSON. Called on a virtual thread for each request. */
final class ApiHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

  private static final int STREAM_BUFFER_BYTES = 64 * 1024;
  private static final int MOST_FORM_BYTES = 64 * 1024;
  private static final int MOST_FORM_FIELDS = 16;

  private final Routes routes;
  private final JsonMapper json;

  ApiHandler(HostView host, JsonMapper json) {
    this.routes = new Routes(host);
    this.json = json;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    try {
      Object answer = routes.answer(request.getMethod(), path, parameters(request));
      if (answer instanceof StationsAnswer stations) {
        writeStream(response, callback, stations);
      } else {
        write(response, callback, 200, "application/json", answer);
      }
    } catch (RequestRefused refused) {
      if (refused.status() == HttpStatus.METHOD_NOT_ALLOWED_405) {
        response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", routes.methods(path)));
      }
      writeProblem(response, callback, refused);
    } catch (IOException | JacksonIOException e) {
      callback.failed(e); // whoever asked has gone
    } catch (RuntimeException e) {
      LOG.error("local API: {} {} failed", request.getMethod(), path, e);
      String what = e.getMessage() == null ? e.toString() : e.getMessage();
      writeProblem(response, callback, new RequestRefused(500, what));
    }
    return true;
  }

  private static Map<String, String> parameters(Request request) {
    Map<String, String> parameters = new LinkedHashMap<>();
    try {
      collect(Request.extractQueryParameters(request), parameters);
      if (isForm(request)) {
        Fields form = new Fields();
        UrlEncoded.decodeUtf8To(
            Content.Source.asInputStream(request), form, MOST_FORM_BYTES, MOST_FORM_FIELDS);
        collect(form, parameters);
      }
    } catch (IOException e) {
      throw new RequestRefused(400, "the form cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new RequestRefused(400, "the query cannot be read: " + e.getMessage());
    }
    return parameters;
  }

  private static void collect(Fields fields, Map<String, String> parameters) {
    for (Fields.Field field : fields) {
      if (field.hasMultipleValues() || parameters.containsKey(field.getName())) {
        throw new RequestRefused(400, "parameter '" + field.getName() + "' comes twice");
      }
      parameters.put(field.getName(), field.getValue());
    }
  }

  private static boolean isForm(Request request) {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    return type != null && type.startsWith("application/x-www-form-urlencoded");
  }

  private void writeProblem(Response response, Callback callback, RequestRefused refused) {
    writeProblem(response, callback, refused.status(), refused.detail(), refused.errors());
  }

  void writeProblem(
      Response response, Callback callback, int status, String detail, List<String> errors) {
    Problem problem =
        new Problem("about:blank", HttpStatus.getMessage(status), status, detail, errors);
    write(response, callback, status, "application/problem+json", problem);
  }

  /** Whole if it fits into the buffer; else until the end of the connection, in HTTP's chunks. */
  private void writeStream(Response response, Callback callback, StationsAnswer answer)
      throws IOException {
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    OutputStream stream =
        new BufferedOutputStream(Content.Sink.asOutputStream(response), STREAM_BUFFER_BYTES);
    answer.write(json, stream);
    stream.close(); // not after a failure: then nothing may have been sent yet
    callback.succeeded();
  }

  private void write(Response response, Callback callback, int status, String type, Object body) {
    byte[] bytes = json.writeValueAsBytes(body);
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }
}
