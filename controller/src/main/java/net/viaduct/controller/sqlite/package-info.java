/** The store of one controller: a file that SQLite keeps, and that {@code sqlite3} can read. */
package net.viaduct.controller.sqlite;
