# Viaduct as in "viaduct", while on each host a trace is asked for every 5 s.
. "$HERE/compare.d/peers/viaduct-watched.sh"
WATCHED=trace
