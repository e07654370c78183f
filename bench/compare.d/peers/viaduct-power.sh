# Viaduct as in "viaduct", sleeping as soon as there is nothing to do (latency: power).
. "$HERE/compare.d/peers/viaduct.sh"
viaduct_latency() { echo power; }
