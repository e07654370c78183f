# Viaduct as in "viaduct", with so many threads for each host as the name says (2 if it says none).
. "$HERE/compare.d/peers/viaduct.sh"
PEER_AGAINST=viaduct-workers-1
viaduct_workers() { [[ $PEER =~ [0-9]+$ ]] && echo "${BASH_REMATCH[0]}" || echo 2; }
