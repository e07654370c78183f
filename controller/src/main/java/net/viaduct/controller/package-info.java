/** A controller: its configuration, and its parts put together. */
package net.viaduct.controller;
