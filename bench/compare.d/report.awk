# Reads lines of round, peer, metric, value; prints markdown: medians with [min..max], and the ratio of each peer to the one
# that it is to be compared with (order and against, two lists with commas). A ratio is taken within each round, so that a machine that gets slower for a while does not show in it.
BEGIN {
  FS = "\t"
  # metric | text | figures behind the point | 1 if more is better
  rows = split("tcp1_gbps|TCP, 1 stream, Gbit/s|1|1;" \
    "tcp4_gbps|TCP, 4 streams, Gbit/s|1|1;" \
    "tcp1_cpu_s_per_gb|CPU seconds per GB (TCP, 1 stream, whole machine)|2|0;" \
    "plain1_gbps|TCP, 1 stream, underlay without segmentation offloads, Gbit/s|1|1;" \
    "plain4_gbps|TCP, 4 streams, underlay without segmentation offloads, Gbit/s|1|1;" \
    "flood_kpps|64-byte UDP flood, 1 flow, kpps delivered|0|1;" \
    "flood_loss_percent|... lost, %|0|-;" \
    "flood_cpu_us_per_packet|... CPU µs per delivered packet (whole machine)|1|0;" \
    "flood64_kpps|64-byte UDP flood, 64 flows in turn, kpps delivered|0|1;" \
    "flood64_loss_percent|... lost, %|0|-;" \
    "lossless_kpps|64-byte UDP at no more than 0.5 % loss, kpps|0|1;" \
    "rr_udp_p50_us|UDP round trip p50, µs|0|0;" \
    "rr_udp_p99_us|UDP round trip p99, µs|0|0;" \
    "rr_tcp_p50_us|TCP round trip p50, µs|0|0;" \
    "rr_tcp_p99_us|TCP round trip p99, µs|0|0;" \
    "whole_wrong_bytes|10 GB by TCP, bytes that came wrong|0|-;" \
    "copies2_kpps|64-byte broadcast to 2 remotes, copies that arrive, kpps|0|1;" \
    "copies8_kpps|... to 8 remotes|0|1;" \
    "copies32_kpps|... to 32 remotes|0|1;" \
    "memory_mb|Resident memory of one host, MB|0|0", table, ";")
  peers = split(order, peer, ","); split(against, base, ",")
  for (p = 1; p <= peers; p++)
    if (peer[p] != base[p] && index("," order ",", "," base[p] ",")) { pairs++; pair[pairs] = p }
}
{
  if ($3 == "foreign_percent") { measures++; if ($4 > 3) disturbed++ }
  value[$2, $3, ++count[$2, $3]] = $4 + 0
  in_round[$2, $3, $1] = $4 + 0
  if ($1 > rounds) rounds = $1
}
function sorted(n,    i, j, t) { for (i = 2; i <= n; i++) { t = list[i]; for (j = i - 1; j > 0 && list[j] > t; j--) list[j + 1] = list[j]; list[j + 1] = t } }
function median(n) { return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }
function cell(n, digits,    f) {
  if (!n) return "-"
  sorted(n); f = "%." digits "f"
  return n == 1 ? sprintf(f, list[1]) : sprintf(f " [" f ".." f "]", median(n), list[1], list[n])
}
function heading(first, columns,    rule) { print "| " first " |" columns; rule = columns; gsub(/[^|]+\|/, "---|", rule); print "|---|" rule }
END {
  for (p = 1; p <= peers; p++) columns = columns " " peer[p] " |"
  heading("median" (rounds > 1 ? " [min..max] of " rounds : ""), columns)
  for (r = 1; r <= rows; r++) {
    split(table[r], f, "|"); line = "| " f[2] " |"
    any = 0
    for (p = 1; p <= peers; p++) {
      n = count[peer[p], f[1]]; for (i = 1; i <= n; i++) list[i] = value[peer[p], f[1], i]
      if (n) any = 1
      line = line " " cell(n, f[3]) " |"
    }
    if (any) print line
  }
  if (pairs) {
    columns = ""
    for (q = 1; q <= pairs; q++) columns = columns " " peer[pair[q]] " / " base[pair[q]] " |"
    print ""; heading("ratio, within a round", columns)
    for (r = 1; r <= rows; r++) {
      split(table[r], f, "|"); if (f[4] == "-") continue
      any = 0; line = "| " f[2] (f[4] ? "" : " (less is better)") " |"
      for (q = 1; q <= pairs; q++) {
        n = 0; us = peer[pair[q]]; them = base[pair[q]]
        for (k = 1; k <= rounds; k++)
          if ((us, f[1], k) in in_round && in_round[them, f[1], k] > 0) list[++n] = in_round[us, f[1], k] / in_round[them, f[1], k]
        if (n) any = 1
        line = line " " cell(n, 2) " |"
      }
      if (any) print line
    }
  }
  print ""
  printf "%d of %d measures were disturbed: other processes used more than 3 %% of the machine, also when repeated.\n", disturbed, measures
}
