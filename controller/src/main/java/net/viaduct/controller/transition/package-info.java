/** Machines on a physical VLAN: who is there, and how they become ports of a network. */
package net.viaduct.controller.transition;
