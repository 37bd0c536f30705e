# shellcheck shell=sh
# Functions of the start scripts, read with ".".

# Prints the feature version of the JDK in a directory, or nothing. It is read
# from the "release" file that every JDK has: asking "java -version" would start
# a JVM only to learn which one to start.
java_major() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  # JAVA_VERSION="17.0.15"
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets $java to the newest Java runtime there is, unless somebody chose one with
# the variable named $2 or with JAVA_HOME. $1 is who asks, for messages.
find_java() {
  eval "java=\${$2-}"
  if [ -n "$java" ]; then
    [ ! -x "$java/bin/java" ] || java=$java/bin/java
    if [ ! -x "$java" ] || [ -d "$java" ]; then
      echo "$1: $2 is set to '$java', which is neither a java program nor a JDK's directory" >&2
      exit 3
    fi
    return
  fi
  best=0
  for home in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk*; do
    major=$(java_major "$home")
    if [ "${major:-0}" -ge 17 ] && [ "$major" -gt "$best" ]; then
      best=$major
      java=$home/bin/java
      # Somebody's choice wins as long as it can run us.
      [ "$home" != "${JAVA_HOME-}" ] || break
    fi
  done
  [ -n "$java" ] || java_in_path || {
    echo "$1: no Java 17 or later found in $2, JAVA_HOME, /usr/lib/jvm and PATH; install a JDK, 17 or later: 'apt-get install default-jre-headless' or 'dnf install java-latest-openjdk-headless'" >&2
    exit 3
  }
}

# Sets $java to the one in PATH, unless that is too old. One that does not say
# its version is given a try.
java_in_path() {
  java=$(command -v java) || return
  major=$(java_major "$(dirname "$(dirname "$(readlink -f "$java")")")")
  [ "${major:-17}" -ge 17 ]
}

# start_java PROGRAM VARIABLE WORK ARGS...: becomes "java ARGS..." on the Java
# that find_java finds. Of the JDK's two compilers, the first alone is the faster
# start. WORK is "long" for what takes seconds: with the second one, digests take
# a tenth of the time.
start_java() {
  find_java "$1" "$2"
  work=$3
  shift 3
  [ "$work" = long ] || set -- -XX:TieredStopAtLevel=1 "$@"
  # File names are bytes; under the C locale the JDK refuses those outside ASCII.
  LC_ALL=C.UTF-8
  export LC_ALL
  exec "$java" -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -XX:-MaxFDLimit "$@"
}
