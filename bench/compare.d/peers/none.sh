# A veth pair between the two machines: no overlay and no underlay. What the machine can do at best.
peer_up() {
  ip -n "$(machine 1)" link add eth0 mtu 1500 type veth peer name eth0 mtu 1500 netns "$(machine 2)" || return 1
  address_machine 1 && address_machine 2
}
peer_version() { echo "Linux $(uname -r)"; }
