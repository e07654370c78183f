package net.viaduct.runtime;

/**
 * An error that happened once or more often.
 *
 * @param type the exception's class name
 * @param message its message when it happened first; empty if it had none
 * @param stackTrace how it came about when it happened first, shortened to {@link
 *     DistinctErrors#STACK_TRACE_CHARACTERS}
 * @param count how often it happened
 * @param firstNs when it happened first, by the log's clock
 * @param lastNs when it happened last, by the log's clock
 */
public record DistinctError(
    String type, String message, String stackTrace, long count, long firstNs, long lastNs) {}
