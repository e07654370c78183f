# Viaduct as in "viaduct", polling all the time (latency: low).
. "$HERE/compare.d/peers/viaduct.sh"
viaduct_latency() { echo low; }
