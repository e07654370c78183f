package net.viaduct.controller.registry;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.controller.json.DefinitionWriter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.store.Operation;

/** What a registry writes for objects, without looking whether they may be: fills large stores. */
public final class Unchecked {
  private Unchecked() {}

  /** For a new object. */
  public static List<Operation> operations(Definition definition) {
    List<Operation> operations = new ArrayList<>();
    String json = Documents.write(DefinitionWriter.write(definition));
    operations.add(new Operation.Put(definition.key(), json));
    for (String claim : Claims.of(definition).keySet()) {
      operations.add(new Operation.Put(claim, definition.key()));
    }
    for (String target : Claims.references(definition)) {
      operations.add(new Operation.Put(Claims.usedPrefix(target) + definition.key(), ""));
    }
    return operations;
  }
}
