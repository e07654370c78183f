package net.viaduct.host.view;

/**
 * What a flush did.
 *
 * @param stations how many were forgotten
 */
public record FlushView(long stations) {}
