# shellcheck shell=sh
# Functions of the start scripts, read with ".". Each process that the shell
# starts is a millisecond of every command: builtins do what they can.

# Sets $version to that of the JDK in a directory, or to nothing. It is read from
# the "release" file that every JDK has: asking "java -version" would start a JVM
# only to learn which one to start.
read_version() {
  version=
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  while IFS='=' read -r key value; do
    # JAVA_VERSION="17.0.15"
    if [ "$key" = JAVA_VERSION ]; then
      version=${value#\"}
      version=${version%\"}
      return
    fi
  done <"$1/release"
}

# Whether $version is one that can run us.
is_new_enough() {
  [ "${version%%[!0-9]*}" -ge 17 ] 2>/dev/null
}

# Sets $java to the newest Java runtime there is, unless somebody chose one with
# the variable named $2 or with JAVA_HOME, and $version to its version or, of a java
# that does not stand in a JDK, to nothing. $1 is who asks, for messages.
find_java() {
  eval "java=\${$2-}"
  if [ -n "$java" ]; then
    [ ! -x "$java/bin/java" ] || java=$java/bin/java
    read_version "${java%/bin/java}"
    if [ ! -x "$java" ] || [ -d "$java" ]; then
      echo "$1: $2 is set to '$java', which is neither a java program nor a JDK's directory" >&2
      exit 3
    fi
    return
  fi
  best=0 best_version=
  for home in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk*; do
    read_version "$home"
    major=${version%%[!0-9]*}
    if is_new_enough && [ "$major" -gt "$best" ]; then
      best=$major best_version=$version
      java=$home/bin/java
      # Somebody's choice wins as long as it can run us.
      [ "$home" != "${JAVA_HOME-}" ] || break
    fi
  done
  version=$best_version
  [ -n "$java" ] || java_in_path || {
    echo "$1: no Java 17 or later found in $2, JAVA_HOME, /usr/lib/jvm and PATH; install a JDK, 17 or later: 'apt-get install default-jre-headless' or 'dnf install java-latest-openjdk-headless'" >&2
    exit 3
  }
}

# Sets $java to the one in PATH, unless that is too old. One that does not say
# its version is given a try.
java_in_path() {
  java=$(command -v java) || return
  read_version "$(dirname "$(dirname "$(readlink -f "$java")")")"
  [ -z "$version" ] || is_new_enough
}

# Sets $sharing to the option with which a start takes half the time: the JVM maps
# the classes it needs from a file that has them parsed, verified and, from JDK 25
# on, linked (class-data sharing; java(1), -XX:SharedArchiveFile and -XX:AOTCache).
# The file depends on JDK and place, so it is made here, once for each; where nobody
# may write, starts stay as they are. $1 is the program, $2 its jar, $3 the first word
# of the command line.
share_classes() {
  sharing=
  # shellcheck disable=SC2154 # the script that reads this has set it
  archives=${lib%/*}/archives
  # A colon separates names of archives.
  case $archives in
    *:* | *"
"*) return ;;
  esac
  [ -d "$archives" ] && [ -n "$version" ] || return 0
  archive=$archives/$1-${version%%[!0-9]*}.jsa
  made_for=
  [ ! -r "$archive.for" ] || IFS= read -r made_for <"$archive.for"
  if [ "$made_for" = "$version $lib" ] && is_newer_than_classes; then
    # An empty one says that there can be none.
    [ ! -s "$archive" ] || use_archive
  elif [ -w "$archives" ]; then
    # Who asks how to use the program does not wait for it.
    case $3 in
      '' | -V | --version | -h | --help*) ;;
      *) archive_classes "$1" "$2" ;;
    esac
  fi
}

# Whether this JDK has ahead-of-time caches that keep what a training run linked and
# learned: JEP 483 and 515.
has_training() {
  [ "${version%%[!0-9]*}" -ge 25 ] 2>/dev/null
}

# Whether $archive is of the jars that are there: of both of ours, for jrun's classes are in
# jbuild's too. Other jars have other names when they change, which ours hold.
is_newer_than_classes() {
  for ours in "$lib"/jrootfs-*.jar; do
    # shellcheck disable=SC3013 # -nt is in POSIX.1-2024, and long in every shell
    [ "$archive" -nt "$ours" ] || return
  done
}

use_archive() {
  if has_training; then
    sharing=-XX:AOTCache=$archive
  else
    sharing=-XX:SharedArchiveFile=$archive
  fi
}

# Makes $archive, in a second or three; $1 is the program, $2 its jar. Others see it
# whole or not at all.
archive_classes() {
  for unfinished in "$archive".new*; do
    # Of a process that was killed.
    [ -d "/proc/${unfinished##*.new}" ] || rm -rf "$unfinished"
  done
  unfinished=$archive.new$$
  trap 'give_up_archive HUP' HUP
  trap 'give_up_archive INT' INT
  trap 'give_up_archive TERM' TERM
  if said=$(write_archive "$1" "$2" 2>&1) && said=$(keep_archive 2>&1); then
    use_archive
  else
    echo "$1: warning: starts are slower than they could be, as no class archive could be made: ${said##*
}; remove $archive to have it tried again" >&2
    : >"$archive" && echo "$version $lib" >"$archive.for"
  fi
  rm -rf "$unfinished"
  trap - HUP INT TERM
}

# zstd-jni calls its library by the foreign function interface from Java 22 on, whose classes
# are made when they are first needed, which takes a tenth of a second, and by JNI in the classes
# that it has for every Java. Other jars do the same in both, and at most a little faster, in
# what is not called often here.
multi_release=-Djdk.util.jar.enableMultiRelease=false

# Writes $unfinished/archive: from what the program itself has loaded, or for an older
# JDK from the list that the build has made so. Machine code stays out of it: JDK 25 does not
# look whether the processor is the one that it was made for, and another machine may share the
# directory, or start it in an image.
write_archive() {
  mkdir "$unfinished" || return
  if has_training; then
    module=${2##*/jrootfs-}
    "$java" "$multi_release" -XX:+UseSerialGC -XX:AOTMode=record "-XX:AOTConfiguration=$unfinished/record" \
      -cp "$2" "io.jrootfs.${module%%-*}.cli.Training" "$unfinished" "$archives/training.tar" &&
      "$java" "$multi_release" -XX:+UseSerialGC -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions \
        -XX:-AOTAdapterCaching -XX:-AOTStubCaching -XX:AOTMode=create "-XX:AOTConfiguration=$unfinished/record" \
        "-XX:AOTCache=$unfinished/archive" -cp "$2"
  else
    "$java" "$multi_release" -XX:+UseSerialGC -Xshare:dump "-XX:SharedClassListFile=$archives/$1.classes" \
      "-XX:SharedArchiveFile=$unfinished/archive" -jar "$2"
  fi
}

# What is written is on the disk before it has its name: older JVMs crash on an
# archive that was cut off, as by a loss of power.
keep_archive() {
  sync "$unfinished/archive" && mv -f "$unfinished/archive" "$archive" && echo "$version $lib" >"$archive.for"
}

# The shell ends by signal $1, as it would without a trap.
give_up_archive() {
  rm -rf "$unfinished"
  trap - "$1"
  kill -s "$1" $$
}

# start_java PROGRAM VARIABLE WORK JAR ARGS...: becomes "java -jar JAR ARGS..." on
# the Java that find_java finds. Of the JDK's two compilers, the first alone is the
# faster start. WORK is "long" for what takes digests: with the second one, those
# take a tenth of the time. It gets only what is called twenty times as often as
# usual, which digests are: compiling all the rest takes longer than that saves.
start_java() {
  # File names are bytes; under the C locale the JDK refuses those outside ASCII.
  LC_ALL=C.UTF-8
  export LC_ALL
  find_java "$1" "$2"
  share_classes "$1" "$4" "${5-}"
  work=$3
  jar=$4
  shift 4
  set -- -jar "$jar" "$@"
  if [ "$work" = long ]; then
    set -- -XX:Tier4InvocationThreshold=100000 -XX:Tier4MinInvocationThreshold=12000 \
      -XX:Tier4CompileThreshold=300000 -XX:Tier4BackEdgeThreshold=800000 "$@"
  else
    # From JDK 25 on the archive has what the training run has called often, and the compiler
    # begins with all of that (JEP 515): for a short command that is more than it gains. Nor
    # does most of what is called a few hundred times pay there, where classes come linked.
    # Where WORK is "many" it does.
    ! has_training || [ "$work" = many ] || set -- -XX:Tier3InvocationThreshold=1000 \
      -XX:Tier3MinInvocationThreshold=500 -XX:Tier3CompileThreshold=4000 "$@"
    ! has_training || set -- -XX:-AOTReplayTraining "$@"
    set -- -XX:TieredStopAtLevel=1 "$@"
    # A compiler that may start more threads asks for each method how much memory there is: three
    # thousand system calls where a thousand programs are read. Two threads are enough.
    [ "$work" != many ] || set -- -XX:CICompilerCount=2 -XX:-UseDynamicNumberOfCompilerThreads "$@"
  fi
  # An archive of classes that is mapped where it was made for needs no relocation, which
  # would touch, and so copy, every page of it; only data is in it, no code. A JVM that
  # knows nothing of that, or of the thresholds, goes without.
  set -- -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 "$@"
  # Without this jffi copies its library out of a jar at every start, and removes it again.
  # shellcheck disable=SC2154 # the script that reads this has set it
  set -- "-Djffi.boot.library.path=$lib/jni" "$@"
  # picocli would look for Groovy in every jar, and open all of them for that.
  set -- -Dpicocli.disable.closures=true "$@"
  # Of a machine with much memory the JVM would fill a hundred megabytes before it uses one of
  # them again, and most of what it makes here is needed for a moment.
  set -- -Xmn16m "$multi_release" "$@"
  # What the JVM logs, about an archive that does not fit say, would stand in our output, and so
  # would its reasons when it cannot start.
  exec "$java" -XX:+UseSerialGC -XX:-UsePerfData ${sharing:+"$sharing"} -Xlog:disable \
    -XX:+DisplayVMOutputToStderr -XX:-MaxFDLimit "$@"
}
