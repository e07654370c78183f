# The kernel's bridge with its VXLAN device, unicast to the other host, learning; everything else at its default.
kernel_up() { # SIDE
  local name
  name=$(host "$1")
  attach_by_veth "$1" p0 || return 1
  ip -n "$name" link add br0 type bridge || return 1
  ip -n "$name" link add vx0 mtu 1500 type vxlan id 100 dstport 4789 \
    local "$(underlay_address "$1")" remote "$(underlay_address "$(other "$1")")" dev u0 || return 1
  ip -n "$name" link set vx0 master br0 up && ip -n "$name" link set p0 master br0 && ip -n "$name" link set br0 up
}
peer_up() { kernel_up 1 && kernel_up 2; }
peer_remotes() { # ADDRESS...   of host 1, instead of host 2
  local address
  for address; do
    on_host 1 bridge fdb show dev vx0 | grep -q "dst $address " || on_host 1 bridge fdb append 00:00:00:00:00:00 dev vx0 dst "$address" || return 1
  done
  on_host 1 bridge fdb del 00:00:00:00:00:00 dev vx0 dst "$(underlay_address 2)" 2>/dev/null
  :
}
peer_version() {
  echo "Linux $(uname -r), bridge-nf-call-iptables=$(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null || echo absent)"
}
