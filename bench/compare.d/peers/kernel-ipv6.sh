# The kernel as in "kernel", over an underlay of IPv6.
. "$HERE/compare.d/peers/kernel.sh"
UNDERLAY_FAMILY=6
