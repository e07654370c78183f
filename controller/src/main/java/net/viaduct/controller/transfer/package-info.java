/** What a store has, as a file: the backup, and the way from one store to another. */
package net.viaduct.controller.transfer;
