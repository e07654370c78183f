package net.viaduct.host.view;

import java.time.Instant;

/**
 * An error that happened once or more often while frames were carried.
 *
 * @param error what happened
 * @param count how often
 * @param first when it happened first
 * @param last when it happened last
 */
public record ErrorView(String error, long count, Instant first, Instant last) {}
