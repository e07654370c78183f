# Viaduct, each machine on a tap that it makes.
viaduct_port() { echo "tap: vm0"; } # SIDE   the port in the host's configuration
viaduct_underlay() { echo "way: sockets"; } # more about the underlay
viaduct_attach_before() { :; }
viaduct_attach_after() { attach_device "$1" vm0; }

peer_missing() {
  "$ROOT/viaduct" up --help 2>/dev/null | grep -q 'viaduct up' || echo "this version has no 'viaduct up'"
}

viaduct_config() { # SIDE
  cat <<YAML
host: h$1
underlay:
  address: $(underlay_address "$1")
  port: 4789
  $(viaduct_underlay)
networks:
  bench:
    vni: 100
    flood: { remotes: [$(underlay_address "$(other "$1")")] }
    ports:
      - $(viaduct_port "$1")
api: { socket: $SCRATCH/h$1.sock }
counters: { file: $SCRATCH/h$1.counters }
YAML
}

peer_up() {
  local side
  for side in 1 2; do
    viaduct_attach_before $side || return 1
    viaduct_config $side >"$SCRATCH/h$side.yaml"
    daemon $side "h$side" "$ROOT/viaduct" up -c "$SCRATCH/h$side.yaml"
  done
  for side in 1 2; do
    wait_until 30 test -S "$SCRATCH/h$side.sock" || return 1
    viaduct_attach_after $side || return 1
  done
}

peer_version() { "$ROOT/viaduct" --version | head -1; }
