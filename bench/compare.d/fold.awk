# Reads 'perf script -F comm,pid,ip,sym'; prints a line for each stack: program;outermost;...;innermost SAMPLES. Idle time is left out.
function flush(    i, line) {
  if (program != "" && program !~ /^swapper/ || busy) {
    line = program
    for (i = depth; i > 0; i--) line = line ";" frame[i]
    if (depth) samples[line]++
  }
  program = ""; depth = 0; busy = 0
}
/^[^ \t]/ {
  flush()
  match($0, /[ \t]+[0-9]+[ \t]*$/)
  program = substr($0, 1, RSTART - 1)
  next
}
/^[ \t]+[0-9a-f]+/ {
  sub(/^[ \t]+[0-9a-f]+[ \t]*/, "")
  sub(/\+0x[0-9a-f]+$/, "")
  gsub(/;/, ":")
  if ($0 ~ /softirq|interrupt|irq_exit/) busy = 1
  frame[++depth] = $0 == "" ? "[unknown]" : $0
}
END { flush(); for (line in samples) print line, samples[line] }
