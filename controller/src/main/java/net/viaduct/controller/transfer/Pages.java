package net.viaduct.controller.transfer;

import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;

/** What an export reads: all that a store has, page by page, as of one revision. */
@FunctionalInterface
public interface Pages {
  /** Some of the values, as {@link net.viaduct.controller.store.Store#range} gives them. */
  Page range(Range range);
}
