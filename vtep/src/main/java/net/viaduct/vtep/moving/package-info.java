/** Stations on their way from one host to another: nothing that is for them is lost meanwhile. */
package net.viaduct.vtep.moving;
