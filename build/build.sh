# Sourced: builds the program when it was never built or its sources are newer. Needs build/jvm.sh.

stale() { # HOME   true if there is no build, or a source or a build file is newer than it
  local stamp=$1/cli/target/built
  [ -f "$stamp" ] || return 0
  [ -n "$(find "$1" \( -name target -o -name .git -o -name .ci -o -path "$1/systemtest" -o -path "$1/bench" -o -path "*/src/test" \) -prune -o \
    -type f \( -name '*.java' -o -name '*.proto' -o -name pom.xml -o -path '*/src/main/resources/*' \) -newer "$stamp" -print -quit)" ]
}

repackaged() { # HOME   true if the program was packaged again since, by Maven alone
  ! is_trained_for_jars "$1/cli/target"
}

build_if_needed() { # HOME
  stale "$1" || repackaged "$1" || return 0
  mkdir -p "$1/build/target"
  (
    exec 9>"$1/build/target/lock"
    flock 9
    # Somebody else may have built it while we waited.
    if stale "$1"; then build_program "$1"; elif repackaged "$1"; then build_class_path "$1"; fi
  ) 9>&- 1>&2
}

build_program() { # HOME
  local home=$1 log=$1/build/target/build.log start=$SECONDS
  command -v mvn >/dev/null || {
    echo "viaduct: needs Maven to build itself: install it (Debian: apt-get install maven)"
    return 1
  }
  if [ -f "$home/cli/target/built" ]; then echo "viaduct: building, sources have changed ..."
  else echo "viaduct: building, first use; takes a minute or two and fetches libraries from Maven Central ..."; fi
  touch "$home/build/target/started"
  if ! (cd "$home" && JAVA25_HOME=$VIADUCT_JDK mvn -B -DskipTests -Dmaven.test.skip=true -pl cli -am package 2>&1) | tee "$log" | build_progress; then
    echo "viaduct: the build failed; the whole log is in $log"
    grep -E 'ERROR|BUILD FAILURE' "$log" | head -20
    return 1
  fi
  build_class_path "$home" || return 1
  touch -r "$home/build/target/started" "$home/cli/target/built"
  echo "viaduct: built in $((SECONDS - start)) s"
}

build_progress() { # on a terminal: one line that tells the module; fails if Maven did
  local line ok=1
  while IFS= read -r line; do
    case $line in
      *"BUILD SUCCESS"*) ok=0 ;;
      *"Building Viaduct "*) [ -t 2 ] && printf '\r\033[K  %s' "${line#*Building }" ;;
    esac
  done
  [ -t 2 ] && printf '\r\033[K'
  return $ok
}

build_class_path() { # HOME   writes the class path, and trains the AOT cache on it
  local app=$1/cli/target jars
  jars=("$app"/viaduct-cli-*.jar "$app"/lib/*.jar)
  (IFS=:; printf '%s' "${jars[*]}") >"$app/classpath"
  train "$app" "$1/build/target/aot.log" ||
    echo "viaduct: no AOT cache (see $1/build/target/aot.log); it starts slower without"
  return 0
}
