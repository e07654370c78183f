# Sourced: finds a JDK of version 25 or newer and puts its home into VIADUCT_JDK.

jdk_feature_version() { # HOME   prints the feature version, 0 if there is no JDK
  local release="$1/release" version
  [ -x "$1/bin/javac" ] && [ -r "$release" ] || { echo 0; return; }
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release")
  echo "${version:-0}"
}

find_jdk() { # sets VIADUCT_JDK, or says what to do and returns 1
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/jdk* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -n "$home" ] || continue
    if [ "$(jdk_feature_version "$home")" -ge 25 ]; then
      VIADUCT_JDK=$home
      return 0
    fi
  done
  echo "viaduct: needs a JDK 25 or newer: none in JAVA_HOME, /usr/lib/jvm, /opt or your home;" \
    "install one (Debian: temurin-25-jdk) or set JAVA_HOME" >&2
  return 1
}
