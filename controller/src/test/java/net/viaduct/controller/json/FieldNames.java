package net.viaduct.controller.json;

import java.util.List;
import net.viaduct.controller.model.Kind;

/** Lets tests of other packages see which fields a kind has. */
public final class FieldNames {
  private FieldNames() {}

  /** The fields of a kind, as its reader asks for them. */
  public static List<String> of(Kind kind) {
    return DefinitionReader.fieldsOf(kind);
  }
}
