/** What should be: networks, hosts, ports, stations, groups. Immutable, checked when made. */
package net.viaduct.controller.model;
