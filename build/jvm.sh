# Sourced: how the program's JVM is started, and its AOT cache.
#
# JDK 25 does not look whether the jars of the class path are those that a cache was made of: it passes the check over
# for caches that were made in two steps, as all AOT caches are, and runs the old classes. So this is compared here.

# The heap is for starting and showing; frames and stations are outside of it. A compilation takes up to 34 MB that malloc
# would keep for ever: so it is given back every 2 s. Why Serial: docs/performance.md.
# Memory outside of the heap is bounded by the limits of the tables; by default Java would refuse more than the heap's size.
JVM_OPTIONS=(-XX:+UseSerialGC -Xms16m -Xmx64m -XX:MaxDirectMemorySize=4g -XX:TrimNativeHeapInterval=2000 -XX:-UsePerfData
  --enable-native-access=ALL-UNNAMED)

absolute() { # PATH   prints it; the cache holds for absolute names only
  [[ $1 = /* ]] && printf '%s' "$1" || printf '%s' "$PWD/$1"
}

class_path_of() { # APP   prints it; what few commands need comes last, and is opened only if they look for it
  printf '%s' "$(<"$1/classpath")"
  printf ':%s' "$(absolute "$1")"/more-lib/*.jar
}

jars_of() { # APP   prints checksum and size of each file of the class path; Maven packages anew, but into the same bytes
  local jars
  IFS=: read -ra jars <"$1/classpath"
  cksum "${jars[@]}" "$(absolute "$1")"/more-lib/viaduct-*.jar 2>/dev/null # of the others no class is in the cache
}

is_trained_for_jars() { # APP   true if the cache was made of these jars, or could not be made of them
  [ -f "$1/viaduct.jars" ] && [ "$(jars_of "$1")" = "$(<"$1/viaduct.jars")" ]
}

train() { # APP LOG   makes the cache anew; fails if there is none then
  local app=$1 in_namespaces=()
  # Taps and namespaces for the traffic: root has them, others where the kernel lets them be root of their own.
  if [ "$(id -u)" != 0 ] && unshare -Urnm true 2>/dev/null; then
    in_namespaces=(unshare -Urnm sh -c 'ip link set lo up; exec "$@"' train)
  fi
  rm -f "$app/viaduct.aot" "$app/viaduct.jars"
  jars_of "$app" >"$app/viaduct.jars.new"
  VIADUCT_BPF=off timeout 60 ${in_namespaces[@]+"${in_namespaces[@]}"} "$VIADUCT_JDK/bin/java" \
    -XX:AOTCacheOutput="$app/viaduct.aot.new" "${JVM_OPTIONS[@]}" -cp "$(class_path_of "$app")" \
    net.viaduct.cli.training.Training >"$2" 2>&1 && mv "$app/viaduct.aot.new" "$app/viaduct.aot"
  mv "$app/viaduct.jars.new" "$app/viaduct.jars"
  [ -f "$app/viaduct.aot" ] || { rm -f "$app"/viaduct.aot.*; return 1; }
}
