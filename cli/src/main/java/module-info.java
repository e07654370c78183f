/** The program {@code viaduct}: one class per command. */
@org.jspecify.annotations.NullMarked
module net.viaduct.cli {
  requires static transitive org.jspecify;
  requires info.picocli;

  opens net.viaduct.cli to
      info.picocli;
}
