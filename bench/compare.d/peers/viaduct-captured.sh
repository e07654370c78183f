# Viaduct as in "viaduct", while on each host its port is captured.
. "$HERE/compare.d/peers/viaduct-watched.sh"
WATCHED=capture
