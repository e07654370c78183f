package net.viaduct.controller.api;

/** How somebody came in. */
enum Door {
  /** By the Unix socket, whose file mode is the permission. */
  SOCKET,
  /** By TCP without encryption, from this machine. */
  LOOPBACK,
  /** By TLS. */
  TLS
}
