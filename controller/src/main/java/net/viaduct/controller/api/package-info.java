/** The API for operators and programs: HTTP with JSON. */
package net.viaduct.controller.api;
