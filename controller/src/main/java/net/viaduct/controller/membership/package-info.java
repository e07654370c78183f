/**
 * Who is a host: the authority, join tokens, members, and the services by which one becomes one.
 */
package net.viaduct.controller.membership;
