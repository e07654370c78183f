# WireGuard in user space, in Go, the package's version: encrypted, and of IP instead of Ethernet; the machine on its tun.
PEER_PACKAGES="wireguard-go wireguard-tools"
wireguard_device() { echo "vd$$w$1"; } # SIDE   a socket in /var/run/wireguard has the same name
wireguard_answers() { wg show "$(wireguard_device "$1")"; }

peer_missing() {
  dpkg -s wireguard-go wireguard-tools >/dev/null 2>&1 || echo "the packages wireguard-go and wireguard-tools are not installed"
}

peer_up() {
  local side
  (umask 077 && for side in 1 2; do wg genkey >"$SCRATCH/key$side" || exit 1; done) || return 1
  for side in 1 2; do
    daemon $side "wireguard$side" env LOG_LEVEL=error wireguard-go -f "$(wireguard_device $side)"
  done
  for side in 1 2; do
    wait_until 10 wireguard_answers $side || return 1
    wg set "$(wireguard_device $side)" listen-port 51820 private-key "$SCRATCH/key$side" \
      peer "$(wg pubkey <"$SCRATCH/key$(other $side)")" endpoint "$(underlay_address "$(other $side)"):51820" \
      allowed-ips 192.168.50.0/24 || return 1
    attach_device $side "$(wireguard_device $side)" || return 1
  done
}

peer_version() { dpkg-query -W -f '${Package} ${Version}' wireguard-go; }
