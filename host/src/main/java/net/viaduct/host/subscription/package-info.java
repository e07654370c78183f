/** What a controller tells a host, and how the host comes to know it. */
package net.viaduct.host.subscription;
