package net.viaduct.host.view;

import java.util.Map;

/**
 * The counters of one object.
 *
 * @param kind what is counted for: {@code port}, {@code network}
 * @param label which one
 * @param values by name
 */
public record CountersView(String kind, String label, Map<String, Long> values) {}
