package net.viaduct.host.view;

import org.jspecify.annotations.Nullable;

/**
 * Another VTEP.
 *
 * @param address in the underlay
 * @param port its UDP port
 * @param origin {@code configured}, or {@code learned} from what it sent
 * @param stations how many are known behind it
 * @param path what is known about the way to it; none in its first moments
 * @param traffic from and to it
 */
public record RemoteView(
    String address,
    int port,
    String origin,
    long stations,
    @Nullable PathView path,
    TrafficView traffic) {}
