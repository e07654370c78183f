package net.viaduct.controller.store;

/**
 * A value that the store has. Immutable.
 *
 * @param key where
 * @param value what
 * @param created the revision in which the key got its first value since it last had none
 * @param modified the revision in which it got this value
 */
public record Entry(String key, String value, long created, long modified) {}
