# Viaduct as in "viaduct", and to the underlay by a tap with segmentation of UDP tunnels.
. "$HERE/compare.d/peers/viaduct.sh"
viaduct_underlay() { echo "way: tap"; }
