package net.viaduct.controller.registry;

/**
 * Who changes something, for the audit log. Immutable.
 *
 * @param name of a token, a certificate or a user
 * @param role in which
 * @param via where from: an address, a socket
 */
public record Actor(String name, String role, String via) {}
