# Viaduct as in "viaduct", while on each host its port is captured, its rates are shown each second, and a trace is asked for every 5 s.
. "$HERE/compare.d/peers/viaduct.sh"
PEER_AGAINST=viaduct
peer_up() {
  local side
  viaduct_start 1 && viaduct_start 2 && viaduct_join 1 && viaduct_join 2 || return 1
  for side in 1 2; do
    daemon $side "ports$side" "$ROOT/viaduct" show ports --watch --socket "$SCRATCH/h$side.sock"
    daemon $side "capture$side" "$ROOT/viaduct" capture --port vm0 --bytes 128 -w /dev/null --socket "$SCRATCH/h$side.sock"
    daemon $side "trace$side" bash -c 'while "$@"; do read -rt 5 <> <(:); done' trace "$ROOT/viaduct" trace --port vm0 \
      --from 02:00:00:00:00:01 --to ff:ff:ff:ff:ff:ff --arp 192.168.50.9 --socket "$SCRATCH/h$side.sock"
  done
}
resident_mb() { :; } # the commands would count too
