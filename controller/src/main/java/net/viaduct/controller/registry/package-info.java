/**
 * The model in a store: what is made, changed and deleted keeps its rules, between controllers too.
 */
package net.viaduct.controller.registry;
