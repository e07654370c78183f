package net.viaduct.host.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What went wrong with a request, as RFC 9457 has it.
 *
 * @param type {@code about:blank}: the status tells all
 * @param title the status in words
 * @param status of HTTP
 * @param detail a sentence about this occurrence
 * @param errors each single thing, if there are several
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(String type, String title, int status, String detail, List<String> errors) {}
