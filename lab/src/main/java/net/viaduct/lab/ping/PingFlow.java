package net.viaduct.lab.ping;

import net.viaduct.io.linux.PingSocket;
import net.viaduct.wire.IpAddress;

/**
 * Who pings whom. Immutable; the socket may be shared by all flows that leave from one machine.
 *
 * @param from the machine that asks
 * @param to the machine that answers
 * @param socket inside the machine that asks
 * @param target the address of the one that answers
 */
public record PingFlow(String from, String to, PingSocket socket, IpAddress target) {}
