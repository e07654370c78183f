/** picocli, compiled from its own sources. */
open module info.picocli {
  requires java.sql;

  exports picocli;
}
