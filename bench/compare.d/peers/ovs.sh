# Open vSwitch with its user-space datapath: a database and a switch on each host, the machine on a tap ("internal" port).
# The underlay's device is a port of a second bridge, which owns the underlay address, as its guide for user-space
# tunnels describes.
PEER_PACKAGES=openvswitch-switch
vsctl() { local side=$1; shift; on_host "$side" ovs-vsctl --timeout=10 --db="unix:$SCRATCH/ovs$side/db.sock" "$@"; }
vswitchd_answers() { on_host "$1" ovs-appctl --timeout=2 -t "$SCRATCH/ovs$1/vswitchd.ctl" version; }

peer_up() {
  local side
  for side in 1 2; do start_ovs $side || return 1; done
  for side in 1 2; do configure_ovs $side || return 1; done
}

start_ovs() { # SIDE
  local directory=$SCRATCH/ovs$1
  rm -rf "$directory" && mkdir -p "$directory"
  ovsdb-tool create "$directory/conf.db" /usr/share/openvswitch/vswitch.ovsschema || return 1
  daemon "$1" "ovsdb$1" env OVS_RUNDIR="$directory" ovsdb-server "$directory/conf.db" --remote="punix:$directory/db.sock" \
    --unixctl="$directory/ovsdb.ctl"
  wait_until 10 test -S "$directory/db.sock" || return 1
  vsctl "$1" --no-wait init || return 1
  daemon "$1" "vswitchd$1" env OVS_RUNDIR="$directory" ovs-vswitchd "unix:$directory/db.sock" --unixctl="$directory/vswitchd.ctl" \
    -vconsole:warn
  wait_until 10 vswitchd_answers "$1"
}

configure_ovs() { # SIDE
  local mac
  mac=$(on_host "$1" cat /sys/class/net/u0/address)
  # It cannot finish checksums on a packet socket: without this the underlay carries none that is right.
  on_host "$1" ethtool -K u0 tx off >/dev/null 2>&1
  vsctl "$1" add-br br-phy -- set bridge br-phy datapath_type=netdev "other-config:hwaddr=\"$mac\"" -- add-port br-phy u0 || return 1
  ip -n "$(host "$1")" addr flush dev u0
  ip -n "$(host "$1")" addr add "$(underlay_address "$1")/24" dev br-phy || return 1
  ip -n "$(host "$1")" link set br-phy mtu 1600 up || return 1
  vsctl "$1" add-br br-int -- set bridge br-int datapath_type=netdev \
    -- add-port br-int vx0 -- set interface vx0 type=vxlan "options:remote_ip=$(underlay_address "$(other "$1")")" \
    "options:local_ip=$(underlay_address "$1")" options:key=100 options:dst_port=4789 \
    -- add-port br-int vm0 -- set interface vm0 type=internal mtu_request=1500 || return 1
  attach_device "$1" vm0
}

peer_version() { ovs-vswitchd --version | head -1; }
