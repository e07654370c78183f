package net.viaduct.controller.membership;

/**
 * How machines are let in, and hosts put out. Immutable.
 *
 * @param tokens that let machines in
 * @param members who is in
 */
public record Joining(JoinTokens tokens, Members members) {}
