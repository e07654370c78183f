/** What a host observes of the wires over which its networks are stretched. */
package net.viaduct.host.legs;
