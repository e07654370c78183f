# Sourced by bench/compare: two emulated hosts on one underlay, a machine behind each, and the processes in them.
#
#   machine 1 (192.168.50.1) -- host 1 == underlay 10.77.0.0/24, veth, MTU 1600 == host 2 -- machine 2 (192.168.50.2)
#
# Side 1 is host 1 and machine 1, side 2 the other two; with PIN=side each is pinned to a CPU of its own.

NAMESPACE_PREFIX=vdbench
host() { echo "$NAMESPACE_PREFIX-$$-h$1"; }
machine() { echo "$NAMESPACE_PREFIX-$$-m$1"; }
UNDERLAY_FAMILY=4 # a peer may say 6
underlay_address() { if [ "$UNDERLAY_FAMILY" = 6 ]; then echo "fd77::$1"; else echo "10.77.0.$1"; fi; }
machine_address() { echo "192.168.50.$1"; }
other() { echo $((3 - $1)); }
on_host() { local side=$1; shift; ip netns exec "$(host "$side")" "$@"; }
in_machine() { local side=$1; shift; ip netns exec "$(machine "$side")" "$@"; }
cpu_of() { [ "$1" = 1 ] && echo "$CPU_1" || echo "$CPU_2"; }
PIN=${PIN:-side} # or none

# A word or three before a command: pinned to the CPU of its side, or not at all.
pinning() { [ "$PIN" != side ] || echo "taskset -c $(cpu_of "$1")"; } # SIDE

wait_until() { # SECONDS CMD...   tries until CMD succeeds
  local tries=$(($1 * 10)); shift
  while ! "$@" >/dev/null 2>&1; do
    [ $((tries -= 1)) -gt 0 ] || { say "waited in vain for: $*"; return 1; }
    sleep 0.1
  done
}

set_in() { # NAMESPACE KEY VALUE   a sysctl, without needing the sysctl program; one that is absent is passed over
  ip netns exec "$1" sh -c "f=/proc/sys/$2; [ ! -e \$f ] || echo $3 >\$f"
}

topology_up() {
  local name side
  for name in "$(host 1)" "$(host 2)" "$(machine 1)" "$(machine 2)"; do
    ip netns add "$name" || return 1
    # Neighbour discovery of IPv6 would be traffic that nobody asked for.
    set_in "$name" net/ipv6/conf/all/disable_ipv6 1
    set_in "$name" net/ipv6/conf/default/disable_ipv6 1
    ip -n "$name" link set lo up
  done
  ip -n "$(host 1)" link add u0 mtu 1600 type veth peer name u0 mtu 1600 netns "$(host 2)" || return 1
  for side in 1 2; do
    if [ "$UNDERLAY_FAMILY" = 6 ]; then
      set_in "$(host $side)" net/ipv6/conf/u0/disable_ipv6 0
      ip -n "$(host $side)" addr add "$(underlay_address $side)/64" dev u0 nodad || return 1
    else
      ip -n "$(host $side)" addr add "$(underlay_address $side)/24" dev u0 || return 1
    fi
    ip -n "$(host $side)" link set u0 up || return 1
  done
}

# Makes the underlay one without any offload for segments, and a usual one again: then senders cut in software, one packet
# after the other passes the device, and the receiver's GRO puts them together, as with a plain network card.
plain_underlay() { # on|off
  local side segments=on
  [ "$1" = off ] || segments=off
  for side in 1 2; do
    on_host $side ethtool -K u0 tso $segments gso $segments tx-udp-segmentation $segments tx-udp_tnl-segmentation $segments \
      tx-udp_tnl-csum-segmentation $segments gro "$1" >/dev/null 2>"$SCRATCH/ethtool" || { cat "$SCRATCH/ethtool" >&2; return 1; }
  done
}

topology_down() { remove_namespaces "$NAMESPACE_PREFIX-$$-"; }

remove_namespaces() { # PREFIX
  local name
  ip netns list 2>/dev/null | awk -v p="$1" 'index($1, p) == 1 { print $1 }' | while read -r name; do
    # Only processes that were started in these namespaces can be there.
    ip netns pids "$name" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
    ip netns del "$name"
  done
}

# What a run that was killed outright has left.
remove_leftovers() {
  local pid
  for pid in $({ ip netns list; ls "${TMPDIR:-/tmp}"; } 2>/dev/null | sed -n "s/^$NAMESPACE_PREFIX-\([0-9]*\)[-.].*/\1/p" | sort -u); do
    [ ! -d "/proc/$pid" ] || continue
    say "removing what run $pid has left"
    remove_namespaces "$NAMESPACE_PREFIX-$pid-"
    rm -rf "${TMPDIR:-/tmp}/$NAMESPACE_PREFIX-$pid."*
  done
}

attach_by_veth() { # SIDE DEVICE   a veth pair: DEVICE on the host, eth0 in the machine
  ip -n "$(host "$1")" link add "$2" mtu 1500 type veth peer name eth0 mtu 1500 netns "$(machine "$1")" || return 1
  ip -n "$(host "$1")" link set "$2" up && address_machine "$1"
}

attach_device() { # SIDE DEVICE   gives a device that the system under test has made on the host to the machine, as eth0
  wait_until 30 ip -n "$(host "$1")" link show "$2" || return 1
  ip -n "$(host "$1")" link set "$2" netns "$(machine "$1")" || return 1
  ip -n "$(machine "$1")" link set "$2" down && ip -n "$(machine "$1")" link set "$2" name eth0 && address_machine "$1"
}

address_machine() { # SIDE
  ip -n "$(machine "$1")" addr add "$(machine_address "$1")/24" dev eth0 || return 1
  ip -n "$(machine "$1")" link set eth0 mtu 1500 up
}

# --- Processes. Each is remembered by side and id, and ended by id. ---------------------------------------------

daemon() { # SIDE LOG CMD...   on host SIDE; counts for the resident memory of that host
  local side=$1 log=$2; shift 2
  ip netns exec "$(host "$side")" $(pinning "$side") "$@" >"$SCRATCH/$log.log" 2>&1 </dev/null 9>&- &
  echo "$side $!" >>"$SCRATCH/daemons"
  disown # waiting is by looking: bash's own wait can hang for ever in a trap that came during a wait
}

stop_daemons() {
  local side pid pids=()
  [ -e "$SCRATCH/daemons" ] || return 0
  while read -r side pid; do pids+=("$pid"); done <"$SCRATCH/daemons"
  rm -f "$SCRATCH/daemons"
  [ ${#pids[@]} -gt 0 ] || return 0
  kill "${pids[@]}" 2>/dev/null
  for pid in "${pids[@]}"; do
    wait_until 10 process_is_gone "$pid" || kill -KILL "$pid" 2>/dev/null
  done
}

process_is_gone() { # PID   also when it is dead and not yet waited for
  [ ! -d "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

resident_mb() { # SIDE   of the daemons of a host and of what they have started; nothing if there is none
  [ -e "$SCRATCH/daemons" ] || return 0
  local pids pid
  pids=$(awk -v s="$1" '$1 == s { print $2 }' "$SCRATCH/daemons")
  for pid in $pids; do descendants "$pid"; done | sort -u | while read -r pid; do
    sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null
  done | awk '{ kb += $1 } END { if (kb) printf "%.1f", kb / 1024 }'
}

descendants() { # PID   it and all below it
  local child
  echo "$1"
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do descendants "$child"; done
}

server() { # CMD...   in machine 2, until it says that it is ready or listens; its output is in $SCRATCH/server
  : >"$SCRATCH/server"
  ip netns exec "$(machine 2)" $(pinning 2) "$@" >"$SCRATCH/server" 2>&1 </dev/null 9>&- &
  SERVER=$!
  disown
}

stop_server() {
  [ -n "$SERVER" ] || return 0
  kill "$SERVER" 2>/dev/null
  wait_until 5 process_is_gone "$SERVER" || kill -KILL "$SERVER" 2>/dev/null
  SERVER=
}
