package net.viaduct.controller.page;

/**
 * A file of the page. Immutable.
 *
 * @param text its content
 * @param type its content type
 * @param tag its entity tag, in quotes: another one if the content is another
 */
public record PageFile(String text, String type, String tag) {}
