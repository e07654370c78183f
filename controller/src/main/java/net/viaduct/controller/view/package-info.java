/** What people look for across objects: the topology, where something lives, what became of it. */
package net.viaduct.controller.view;
