package net.viaduct.controller.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.viaduct.controller.page.PageFile;
import net.viaduct.controller.page.PageFiles;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers with files of the page. Stateless. */
final class PageAnswer {
  private static final HttpField[] ALWAYS = {
    new HttpField("Content-Security-Policy", PageFiles.CONTENT_SECURITY_POLICY),
    new HttpField("Cross-Origin-Opener-Policy", "same-origin"),
    new HttpField("Cross-Origin-Resource-Policy", "same-origin"),
    new HttpField("Referrer-Policy", "no-referrer"),
    new HttpField("X-Content-Type-Options", "nosniff"),
    new HttpField(HttpHeader.CACHE_CONTROL, "no-cache"), // asks each time, by the tag
  };

  private PageAnswer() {}

  static boolean isAskedBy(Request request) {
    String method = request.getMethod();
    return method.equals("GET") || method.equals("HEAD");
  }

  static void write(PageFile file, Request request, Response response, Callback callback) {
    HttpFields.Mutable headers = response.getHeaders();
    for (HttpField field : ALWAYS) {
      headers.put(field);
    }
    headers.put(HttpHeader.ETAG, file.tag());
    if (file.tag().equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
      response.setStatus(304);
      callback.succeeded();
      return;
    }
    byte[] bytes = file.text().getBytes(StandardCharsets.UTF_8);
    response.setStatus(200);
    headers.put(HttpHeader.CONTENT_TYPE, file.type());
    headers.put(HttpHeader.CONTENT_LENGTH, bytes.length);
    boolean head = request.getMethod().equals("HEAD");
    response.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(bytes), callback);
  }
}
