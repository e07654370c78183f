/** The model as JSON: strict readers that tell all mistakes with their place, writers, schemas. */
package net.viaduct.controller.json;
