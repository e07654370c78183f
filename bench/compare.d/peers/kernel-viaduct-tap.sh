# The kernel as in "kernel" at the sender's side, Viaduct as in "viaduct-tap" at the receiver's.
. "$HERE/compare.d/peers/kernel-viaduct.sh"
viaduct_underlay() { echo "way: tap"; }
