# Viaduct as in "viaduct", over an underlay of IPv6.
. "$HERE/compare.d/peers/viaduct.sh"
UNDERLAY_FAMILY=6 PEER_AGAINST=kernel-ipv6
