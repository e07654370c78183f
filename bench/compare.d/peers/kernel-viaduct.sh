# The kernel as in "kernel" at the sender's side, Viaduct as in "viaduct" at the receiver's.
. "$HERE/compare.d/peers/kernel.sh"
. "$HERE/compare.d/peers/viaduct.sh"
peer_up() { kernel_up 1 && viaduct_start 2 && viaduct_join 2; }
unset -f peer_remotes
