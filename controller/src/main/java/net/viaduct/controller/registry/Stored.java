package net.viaduct.controller.registry;

import net.viaduct.controller.model.Definition;

/**
 * An object as the store has it. Immutable.
 *
 * @param definition what is wanted
 * @param created the revision in which it was made
 * @param revision in which it got this definition
 */
public record Stored(Definition definition, long created, long revision) {}
