package net.viaduct.controller.api;

import net.viaduct.controller.membership.Joining;
import net.viaduct.controller.meters.InstallationMeters;
import net.viaduct.controller.tracing.Questions;

/**
 * What the API answers by, if the controller lets hosts in. Immutable.
 *
 * @param joining who may be a host
 * @param meters what hosts have counted
 * @param questions what hosts are asked about frames
 * @param reachability which hosts cannot send each other tunnel packets
 */
public record HostServices(
    Joining joining, InstallationMeters meters, Questions questions, Reachability reachability) {}
