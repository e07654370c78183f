# Reads sorted lines 'a;b;c SAMPLES', prints a flame graph as SVG: no script in it, each frame tells its name and share as a title.
BEGIN { height = 17; width = 1400; left = 8; least = 0.8 }
{
  count = $NF
  stack = $0; sub(/ [0-9]+$/, "", stack)
  deep = split(stack, now, ";")
  for (same = 0; same < deep && same < before && now[same + 1] == open[same + 1]; same++);
  close_from(same + 1)
  for (i = same + 1; i <= deep; i++) { open[i] = now[i]; begin[i] = total }
  before = deep
  total += count
}
function close_from(level,    i) {
  for (i = before; i >= level; i--) {
    boxes++
    box_x[boxes] = begin[i]; box_n[boxes] = total - begin[i]; box_y[boxes] = i; box_name[boxes] = open[i]
    if (i > deepest) deepest = i
  }
}
function safe(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); return s }
function short(name,    n, part) { # of a compiled method: class and method
  sub(/\(.*/, "", name)
  if (name ~ /\./) { n = split(name, part, /[.\/]/); if (n > 1) name = part[n - 1] "." part[n] }
  return name
}
function colour(name, level,    h) {
  h = (length(name) * 37 + index("abcdefghijklmnopqrstuvwxyz_", tolower(substr(name, 1, 1))) * 11) % 40
  if (level == 1) return "#c9c9c9"
  if (name ~ /^(net\.viaduct|.*net\/viaduct|java|jdk|void |int |long |boolean )/ || name ~ /::|Lnet/) return sprintf("rgb(%d,%d,%d)", 110 + h, 190 + h, 120)
  if (name ~ /copy_|rep_movs|memcpy|copyin|copyout|_copy_/) return sprintf("rgb(%d,%d,%d)", 235, 120 + h, 110)
  return sprintf("rgb(%d,%d,%d)", 240, 190 + h, 110)
}
END {
  close_from(1)
  shown = deepest > 60 ? 60 : deepest
  tall = (shown + 2) * height + 24
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"monospace\" font-size=\"11\">\n", width + 2 * left, tall, width + 2 * left, tall
  print "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
  printf "<text x=\"%d\" y=\"16\" font-size=\"13\">%s; %d samples</text>\n", left, safe(title), total
  for (b = 1; b <= boxes; b++) {
    w = box_n[b] * width / total
    if (w < least || box_y[b] > shown) continue
    x = left + box_x[b] * width / total; y = tall - (box_y[b] + 0.5) * height
    name = short(box_name[b])
    room = int(w / 6.7)
    label = room < 3 ? "" : length(name) > room ? substr(name, 1, room - 1) "…" : name
    box_w = w > 0.3 ? w - 0.2 : w
    printf "<g><title>%s: %.1f %%</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\" rx=\"1\"/>", safe(box_name[b]), 100 * box_n[b] / total, x, y, box_w, height - 1, colour(box_name[b], box_y[b])
    if (label != "") printf "<text x=\"%.1f\" y=\"%.1f\">%s</text>", x + 2, y + 12, safe(label)
    print "</g>"
  }
  print "</svg>"
}
