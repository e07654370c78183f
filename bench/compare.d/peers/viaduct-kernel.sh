# Viaduct as in "viaduct" at the sender's side, the kernel as in "kernel" at the receiver's.
. "$HERE/compare.d/peers/kernel.sh"
. "$HERE/compare.d/peers/viaduct.sh"
peer_up() { viaduct_start 1 && kernel_up 2 && viaduct_join 1; }
unset -f peer_remotes
