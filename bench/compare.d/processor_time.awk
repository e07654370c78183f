# Reads two snapshots (the first line of /proc/stat, then /proc/PID/stat of all processes) and prints how many
# 1/100 s of CPU time the whole machine used between them, and how many of these processes of other groups used.
#   awk -v group=PGID -f processor_time.awk BEFORE AFTER
#
# The time of a process that ends is added to its parent's time of children, all that it used in its life; so what it had
# used before the first snapshot is taken off there. But a parent that ignores SIGCHLD gets nothing, and then the sum over
# all processes falls by the life of the one that ended: a Maven that builds for a quarter of an hour, for example. No
# process gives back time, so what would be less than nothing counts as nothing.
/^cpu / { busy[FNR == NR] = $2 + $3 + $4 + $7 + $8; next }
{
  pid = $1
  sub(/^.*\) /, "") # the name may hold blanks and parentheses
  if (pid == 2 || $2 == 2) next # kernel threads work for all
  id = pid ":" $20 # and when it began: numbers are used again
  parent[id] = $2
  foreign[id] = $3 != group
  if (FNR == NR) { before[id] = 1; who[pid] = id; own[id] = $12 + $13; children[id] = $14 + $15 }
  else { after[id] = 1; who_now[pid] = id; grown[id] = $12 + $13 - own[id]; inherited[id] = $14 + $15 - children[id] }
}
# Who got the time of a process that ended: the nearest of its ancestors that lives, or the first process.
function heir(id,    depth, up) {
  for (depth = 0; depth < 64; depth++) {
    up = who[parent[id]]
    if (up == "") break
    if (up in after) return up
    id = up
  }
  return who_now[1]
}
END {
  for (id in before) if (!(id in after)) inherited[heir(id)] -= own[id] + children[id]
  for (id in after) if (foreign[id]) others += (grown[id] > 0 ? grown[id] : 0) + (inherited[id] > 0 ? inherited[id] : 0)
  all = busy[0] - busy[1]
  print all, (others < all ? others + 0 : all)
}
