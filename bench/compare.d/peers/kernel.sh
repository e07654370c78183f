# The kernel's bridge with its VXLAN device, unicast to the other host, learning; everything else at its default.
peer_up() {
  local side name
  for side in 1 2; do
    name=$(host $side)
    attach_by_veth $side p0 || return 1
    ip -n "$name" link add br0 type bridge || return 1
    ip -n "$name" link add vx0 mtu 1500 type vxlan id 100 dstport 4789 \
      local "$(underlay_address $side)" remote "$(underlay_address "$(other $side)")" dev u0 || return 1
    ip -n "$name" link set vx0 master br0 up && ip -n "$name" link set p0 master br0 && ip -n "$name" link set br0 up || return 1
  done
}
peer_version() {
  echo "Linux $(uname -r), bridge-nf-call-iptables=$(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null || echo absent)"
}
