package net.viaduct.experiment.plan;

/**
 * A responder that the experiment runs itself, at the other end. Immutable.
 *
 * @param place the network namespace that it is in
 * @param port of UDP and TCP
 */
public record ResponderPlan(String place, int port) {}
