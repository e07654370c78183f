/** Where a frame would go: hosts are asked, wherever they are connected. */
package net.viaduct.controller.tracing;
