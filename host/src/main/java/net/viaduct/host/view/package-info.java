/** What the local API shows of a host. Records as they are in JSON; immutable. */
package net.viaduct.host.view;
