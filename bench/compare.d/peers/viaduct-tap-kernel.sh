# Viaduct as in "viaduct-tap" at the sender's side, the kernel as in "kernel" at the receiver's.
. "$HERE/compare.d/peers/viaduct-kernel.sh"
viaduct_underlay() { echo "way: tap"; }
