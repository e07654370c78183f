package net.viaduct.controller.store;

import org.jspecify.annotations.Nullable;

/**
 * That a key got another value, or lost it. Immutable.
 *
 * @param revision in which
 * @param key which
 * @param before what it had; null if nothing
 * @param after what it has; null if nothing
 */
public record Change(long revision, String key, @Nullable String before, @Nullable String after) {}
