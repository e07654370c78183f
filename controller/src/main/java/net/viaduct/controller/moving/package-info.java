/** Ports that move from one host to another without losing frames. */
package net.viaduct.controller.moving;
