# Viaduct as in "viaduct", while on each host its rates are shown each second.
. "$HERE/compare.d/peers/viaduct-watched.sh"
WATCHED=rates
