/** {@code viaduct transition}: machines come off a physical VLAN, or go back. */
package net.viaduct.cli.transition;
