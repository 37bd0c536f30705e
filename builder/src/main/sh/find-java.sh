# Sets $java to the newest Java runtime there is. Read with "." by the start
# scripts, which set first (dot takes no arguments in every shell):
#   java_variable  the variable with which the user picks one (JBUILD_JAVA)
#   java_user      the program that messages are from
#
# shellcheck shell=sh disable=SC2154 # set by who reads us
# The version is read from the "release" file that every JDK has: asking
# "java -version" would start a JVM only to learn which one to start.

java_major() { # JAVA_HOME: prints the feature version, or nothing
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  # JAVA_VERSION="17.0.15"
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

eval "java=\${$java_variable-}"
if [ -n "$java" ]; then
  [ ! -x "$java/bin/java" ] || java=$java/bin/java
  if [ ! -x "$java" ] || [ -d "$java" ]; then
    echo "$java_user: $java_variable is set to '$java', which is neither a java program nor a JDK's directory" >&2
    exit 3
  fi
else
  best=0
  # JAVA_HOME is somebody's choice: it wins as long as it can run us.
  for home in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk*; do
    major=$(java_major "$home")
    if [ "${major:-0}" -ge 17 ] && [ "$major" -gt "$best" ]; then
      best=$major
      java=$home/bin/java
      [ "$home" != "${JAVA_HOME-}" ] || break
    fi
  done
  if [ -z "$java" ]; then
    java=$(command -v java) || {
      echo "$java_user: no Java found (looked at $java_variable, JAVA_HOME, /usr/lib/jvm, PATH); install a JDK, 17 or later: 'apt-get install openjdk-17-jre-headless' or 'dnf install java-17-openjdk-headless'" >&2
      exit 3
    }
  fi
fi

# File names are bytes; under the C locale the JDK refuses those outside ASCII.
LC_ALL=C.UTF-8
export LC_ALL
# shellcheck disable=SC2034 # for the script that reads us
java_flags='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -XX:-MaxFDLimit'
