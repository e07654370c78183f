/** What hosts have counted: kept in memory while they are connected, and shown with rates. */
package net.viaduct.controller.meters;
