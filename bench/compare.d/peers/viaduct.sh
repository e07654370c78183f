# Viaduct, each machine on a tap that it makes.
viaduct_port() { echo "tap: vm0"; } # SIDE   the port in the host's configuration
viaduct_underlay() { echo "way: sockets"; } # more about the underlay
viaduct_network() { :; } # more about the network
viaduct_latency() { echo balanced; }
viaduct_workers() { echo 1; }
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
latency: $(viaduct_latency)
workers: $(viaduct_workers)
networks:
  bench:
    vni: 100
    $(viaduct_network)
    flood: { remotes: ["${VIADUCT_REMOTES:-$(underlay_address "$(other "$1")")}"] }
    ports:
      - $(viaduct_port "$1")
api: { socket: $SCRATCH/h$1.sock }
counters: { file: $SCRATCH/h$1.counters }
YAML
}

viaduct_start() { # SIDE
  viaduct_attach_before "$1" || return 1
  viaduct_config "$1" >"$SCRATCH/h$1.yaml"
  daemon "$1" "h$1" "$ROOT/viaduct" up -c "$SCRATCH/h$1.yaml"
}

viaduct_join() { # SIDE
  wait_until 30 test -S "$SCRATCH/h$1.sock" && viaduct_attach_after "$1"
}

peer_up() { viaduct_start 1 && viaduct_start 2 && viaduct_join 1 && viaduct_join 2; }

peer_remotes() { # ADDRESS...   of host 1, instead of host 2
  local all
  all=$(printf '", "%s' "$@")
  VIADUCT_REMOTES=${all#'", "'} viaduct_config 1 >"$SCRATCH/h1.yaml"
  "$ROOT/viaduct" reload --socket "$SCRATCH/h1.sock" >"$SCRATCH/reload.log" 2>&1
}

peer_version() { "$ROOT/viaduct" --version | head -1; }
