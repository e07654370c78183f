# Viaduct as in "viaduct", with Geneve instead of VXLAN.
. "$HERE/compare.d/peers/viaduct.sh"
PEER_AGAINST=viaduct
viaduct_network() { echo "encapsulation: geneve"; }
