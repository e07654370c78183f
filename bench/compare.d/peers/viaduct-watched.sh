# Viaduct as in "viaduct", while on each host its port is captured, its rates are shown each second, and a trace is asked for every 5 s.
. "$HERE/compare.d/peers/viaduct.sh"
PEER_AGAINST=viaduct
WATCHED="capture rates trace"

have_watched() { # SIDE WHAT
  case $2 in
    capture) daemon "$1" "capture$1" "$ROOT/viaduct" capture --port vm0 --bytes 128 -w /dev/null --socket "$SCRATCH/h$1.sock" ;;
    rates) daemon "$1" "rates$1" "$ROOT/viaduct" show ports --watch --socket "$SCRATCH/h$1.sock" ;;
    trace)
      daemon "$1" "trace$1" bash -c 'while "$@"; do read -rt 5 <> <(:); done' trace "$ROOT/viaduct" trace --port vm0 \
        --from 02:00:00:00:00:01 --to ff:ff:ff:ff:ff:ff --arp 192.168.50.9 --socket "$SCRATCH/h$1.sock"
      ;;
  esac
}

peer_up() {
  local side what
  viaduct_start 1 && viaduct_start 2 && viaduct_join 1 && viaduct_join 2 || return 1
  for side in 1 2; do
    for what in $WATCHED; do have_watched $side "$what"; done
  done
}

resident_mb() { :; } # the commands would count too
