package net.viaduct.controller.access;

/**
 * Who asks. Immutable.
 *
 * @param name {@code token ci}, {@code certificate anna}, {@code local}
 * @param role in which
 */
public record Identity(String name, Role role) {}
