# Sourced by bench/compare: what is measured. Each measure_* function does one run and records its figures with
#   record METRIC VALUE
# so that $RAW has one line for each: round, peer, metric, value.

record() { printf '%s\t%s\t%s\t%s\n' "$ROUND" "$PEER" "$1" "$2" >>"$ATTEMPT"; }
value_of() { sed -nE "s/.*\b$1=([0-9.]+).*/\1/p"; } # of "name=value ..." on stdin

# CPU time: of the whole machine, all but idle and waiting for a disk, sender, receiver and interrupts among it, wherever
# the kernel books them; and of processes that are not of this run. processor_time.awk tells how.
snapshot() { { head -1 /proc/stat; cat /proc/[0-9]*/stat; } >"$SCRATCH/$1" 2>/dev/null; } # NAME
used_ticks() { # NAME NAME   prints since the one snapshot until the other, in 1/100 s: the machine, others
  awk -v group="$PROCESS_GROUP" -f "$HERE/compare.d/processor_time.awk" "$SCRATCH/$1" "$SCRATCH/$2"
}
# What this run used: without the others, but with all that the kernel did.
own_ticks() { used_ticks "$1" "$2" | awk '{ print $1 - $2 }'; } # NAME NAME

# A measure during which others used more than 3 % of the machine is done a second time; the share is recorded.
undisturbed() { # CMD...
  local attempt share
  for attempt in 1 2; do
    : >"$ATTEMPT"
    snapshot attempt-begin
    local start=$EPOCHREALTIME
    "$@" || return 1
    snapshot attempt-end
    share=$(used_ticks attempt-begin attempt-end | awk -v a="$start" -v b="$EPOCHREALTIME" -v n="$(nproc)" \
      '{ printf "%.1f", $2 / ((b - a) * n) }')
    awk -v s="$share" 'BEGIN { exit !(s <= 3) }' && break
  done
  cat "$ATTEMPT" >>"$RAW"
  printf '%s\t%s\t%s\t%s\n' "$ROUND" "$PEER" foreign_percent "$share" >>"$RAW"
}

can_ping_pong() { # one round trip by UDP succeeds
  in_machine 1 timeout 3 "$LOAD" ask udp "$(machine_address 2)" 9100 0.1
}

await_path() { # until a round trip succeeds: the overlay is up
  server "$LOAD" answer 9100
  local ok=0
  wait_until 30 can_ping_pong || ok=1
  stop_server
  return $ok
}

# Every peer gets the same load before it is measured: compilers, caches and congestion control settle.
warm_up() {
  ATTEMPT=/dev/null measure_tcp warm-up 1 "$WARM_UP_SECONDS" && ATTEMPT=/dev/null measure_flood warm-up 1 "$WARM_UP_SECONDS"
}

measure_tcp() { # METRIC STREAMS SECONDS
  local json figures bits bytes again
  server iperf3 -s -1 -p 5201 --forceflush
  wait_until 5 grep -q listening "$SCRATCH/server" || { stop_server; return 1; }
  snapshot begin
  json=$(in_machine 1 timeout $(($3 + 20)) $(pinning 1) iperf3 -c "$(machine_address 2)" -p 5201 -t "$3" -P "$2" -J 2>&1)
  snapshot end
  stop_server
  figures=$(jq -r '[.end.sum_received.bits_per_second, .end.sum_received.bytes, (.end.sum_sent.retransmits // 0)] | @tsv' \
    <<<"$json" 2>/dev/null)
  read -r bits bytes again <<<"$figures"
  [ "${bytes:-0}" -gt 0 ] 2>/dev/null || { say "iperf3 failed: $(jq -r '.error // empty' <<<"$json" 2>/dev/null)"; return 1; }
  record "$1_gbps" "$(awk -v b="$bits" 'BEGIN { printf "%.2f", b / 1e9 }')"
  record "$1_cpu_s_per_gb" "$(awk -v t="$(own_ticks begin end)" -v b="$bytes" 'BEGIN { printf "%.3f", t / 100 / (b / 1e9) }')"
  record "$1_retransmits" "$again"
}

# TCP while the underlay has no offloads for segments; nothing for a peer that has no underlay.
measure_plain() { # METRIC STREAMS SECONDS
  local result
  on_host 1 test -e /sys/class/net/u0 && [ "$PEER" != none ] || return 0
  plain_underlay on && measure_tcp "$@"
  result=$?
  plain_underlay off && return $result
}

udp_run() { # RATE SECONDS FLOWS   prints: sent received received-per-second out-of-order
  local sent
  server "$LOAD" receive 9000 400 $(($2 + 5))
  wait_until 5 grep -q ready "$SCRATCH/server" || { stop_server; return 1; }
  sent=$(in_machine 1 $(pinning 1) "$LOAD" send "$(machine_address 2)" 9000 "$1" "$2" "$3" | value_of sent)
  wait_until $(($2 + 10)) process_is_gone "$SERVER"
  stop_server
  echo "${sent:-0}" "$(value_of received <"$SCRATCH/server")" "$(value_of per_second <"$SCRATCH/server")" \
    "$(value_of out_of_order <"$SCRATCH/server")" | tee "$SCRATCH/udp"
}

measure_flood() { # METRIC FLOWS SECONDS
  local sent received rate late
  snapshot begin
  udp_run 0 "$3" "$2" >/dev/null || return 1
  snapshot end
  read -r sent received rate late <"$SCRATCH/udp"
  [ "${received:-0}" -gt 0 ] || { say "nothing of $sent datagrams arrived"; return 1; }
  record "$1_kpps" "$(awk -v r="$rate" 'BEGIN { printf "%.1f", r / 1000 }')"
  record "$1_loss_percent" "$(awk -v s="$sent" -v r="$received" 'BEGIN { printf "%.1f", 100 - 100 * r / s }')"
  record "$1_cpu_us_per_packet" "$(awk -v t="$(own_ticks begin end)" -v r="$received" 'BEGIN { printf "%.2f", t * 1e4 / r }')"
  record "$1_out_of_order" "$late"
  OFFERED=$((sent / $3))
}

# The highest rate at which at most 0.5 % is lost, by bisection between 0 and what the flood has offered.
measure_lossless() { # METRIC SECONDS STEPS
  local low=0 high=$OFFERED try step sent received rate late
  for ((step = 0; step < $3; step++)); do
    try=$(((low + high) / 2))
    udp_run $try "$2" 1 >/dev/null || return 1
    read -r sent received rate late <"$SCRATCH/udp"
    if [ "${received:-0}" -ge $((sent - sent / 200)) ] && [ "$sent" -gt 0 ]; then
      low=$((sent / $2))
      [ $low -ge $((try * 95 / 100)) ] || break # the sender cannot do more
    else
      high=$try
    fi
  done
  record "$1_kpps" "$(awk -v r="$low" 'BEGIN { printf "%.1f", r / 1000 }')"
}

measure_round_trip() { # METRIC udp|tcp SECONDS
  local figures
  server "$LOAD" answer 9100
  wait_until 5 grep -q ready "$SCRATCH/server" || { stop_server; return 1; }
  figures=$(in_machine 1 timeout $(($3 + 20)) $(pinning 1) "$LOAD" ask "$2" "$(machine_address 2)" 9100 "$3")
  stop_server
  [ -n "$figures" ] || return 1
  record "$1_p50_us" "$(value_of p50_us <<<"$figures")"
  record "$1_p99_us" "$(value_of p99_us <<<"$figures")"
  record "$1_per_second" "$(value_of per_second <<<"$figures")"
}

broadcast_address() { echo 192.168.50.255; }
copies_that_came() { # the kernel counts each segment of what it got as one
  on_host 2 cat /proc/net/netstat | awk '/^IpExt:/ && !names { names = split($0, name); next }
    /^IpExt:/ { split($0, v); for (i = 1; i <= names; i++) if (name[i] == "InNoECTPkts") print v[i] }'
}

# Broadcast as fast as it goes, while host 1 has so many remotes. All are at host 2's device, which has only the first one's
# address and throws the others away; what came there is counted. Nothing for a peer that does not say how it gets remotes.
measure_copies() { # METRIC REMOTES SECONDS
  declare -F peer_remotes >/dev/null && [ "$UNDERLAY_FAMILY" = 4 ] || return 0
  local i mac before remotes=()
  mac=$(on_host 2 cat /sys/class/net/u0/address)
  for ((i = 0; i < $2; i++)); do
    remotes+=("10.77.0.$((100 + i))")
    ip -n "$(host 1)" neigh replace "10.77.0.$((100 + i))" lladdr "$mac" nud permanent dev u0 || return 1
  done
  peer_remotes "${remotes[@]}" || return 1
  before=$(copies_that_came)
  in_machine 1 $(pinning 1) "$LOAD" send "$(broadcast_address)" 9000 0 "$3" 1 >/dev/null || return 1
  record "$1_kpps" "$(awk -v n=$(($(copies_that_came) - before)) -v s="$3" 'BEGIN { printf "%.1f", n / s / 1000 }')"
}

# Ten gigabytes by TCP, of which each byte is compared.
measure_whole() { # METRIC
  local bytes wrong
  server "$LOAD" take 9200
  wait_until 5 grep -q ready "$SCRATCH/server" || { stop_server; return 1; }
  in_machine 1 timeout 600 $(pinning 1) "$LOAD" give "$(machine_address 2)" 9200 10e9 >/dev/null || { stop_server; return 1; }
  wait_until 10 process_is_gone "$SERVER"
  stop_server
  bytes=$(value_of bytes <"$SCRATCH/server") wrong=$(value_of wrong <"$SCRATCH/server")
  [ "$bytes" = 10000000000 ] || { say "of 10000000000 bytes ${bytes:-none} came"; return 1; }
  record "$1_wrong_bytes" "$wrong"
}

measure_memory() { # METRIC
  local mb
  mb=$(resident_mb 1)
  [ -z "$mb" ] || record "$1_mb" "$mb"
}

measure_all() {
  step tcp1 "TCP, 1 stream" tcp1_gbps Gbit/s measure_tcp tcp1 1 "$SECONDS_EACH" || return 1
  step tcp4 "TCP, 4 streams" tcp4_gbps Gbit/s measure_tcp tcp4 4 "$SECONDS_EACH" || return 1
  step plain "TCP, 1 stream, no offloads" plain1_gbps Gbit/s measure_plain plain1 1 "$SECONDS_EACH" || return 1
  step plain "TCP, 4 streams, no offloads" plain4_gbps Gbit/s measure_plain plain4 4 "$SECONDS_EACH" || return 1
  step flood64 "64-byte flood, 64 flows" flood64_kpps kpps measure_flood flood64 64 "$SECONDS_EACH" || return 1
  step flood "64-byte flood, 1 flow" flood_kpps kpps measure_flood flood 1 "$SECONDS_EACH" || return 1
  step lossless "64-byte, at most 0.5 % lost" lossless_kpps kpps measure_lossless lossless 1 "$BISECTION_STEPS" || return 1
  step rr_udp "UDP round trip" rr_udp_p50_us µs measure_round_trip rr_udp udp "$SECONDS_EACH" || return 1
  step rr_tcp "TCP round trip" rr_tcp_p50_us µs measure_round_trip rr_tcp tcp "$SECONDS_EACH" || return 1
  step whole "10 GB compared" whole_wrong_bytes "bytes wrong" measure_whole whole || return 1
  local remotes
  for remotes in 2 8 32; do
    step copies "broadcast, $remotes remotes" "copies${remotes}_kpps" kpps measure_copies "copies$remotes" $remotes "$SECONDS_EACH" || return 1
  done
  step memory "memory of a host" memory_mb MB measure_memory memory
}

step() { # MEASURE TEXT METRIC UNIT CMD...   measures if it is wanted, and tells the figure
  [[ ,$MEASURES, = *,$1,* ]] || return 0
  local text=$2 metric=$3 unit=$4 figure; shift 4
  undisturbed "$@" || { say "round $ROUND/$RUNS  $PEER  $text: failed"; return 1; }
  figure=$(awk -F'\t' -v m="$metric" '$3 == m { v = $4 } END { print v }' "$ATTEMPT")
  [ -z "$figure" ] || say "round $ROUND/$RUNS  $(printf '%-18s %-27s %8s %s' "$PEER" "$text" "$figure" "$unit")"
}
