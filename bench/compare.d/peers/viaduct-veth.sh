# Viaduct, each machine on a veth pair whose other end is a device port.
. "$HERE/compare.d/peers/viaduct.sh"
viaduct_port() { echo "device: p0"; }
viaduct_attach_before() { attach_by_veth "$1" p0; }
viaduct_attach_after() { :; }
