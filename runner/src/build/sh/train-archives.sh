#!/bin/sh
# train-archives.sh DIST JAVA_HOME: rewrites ../archives, the lists of what the
# programs load of the JDK and of libraries, from commands that run here. Not a
# build step, as threads and time decide about some classes, and a build gives the
# same bytes each time. A class that a list lacks is loaded the slow way, and one
# that is no more is left out of the archive: lists that are not quite of today
# cost a little speed. Nothing is launched, and where a command finds nothing to
# do, it has loaded its classes: its status does not matter.
set -eu
dist=$1
lists=$(dirname "$0")/../archives
export JBUILD_JAVA="$2" JRUN_JAVA="$2"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export JRUN_STATE_DIR="$work/state" JRUN_CACHE_DIR="$work/cache"
# Without lists, the start script makes no archive meanwhile; the build writes them again.
rm -rf "$dist/archives"

# Runs a command of a program; %p is the process.
train() {
  program=$1 start=$dist/bin/$1
  if [ "$1" = compile-plan ]; then
    program=jrun start=$dist/lib/compile-plan
  fi
  shift
  mkdir -p "$work/$program"
  JDK_JAVA_OPTIONS="-XX:DumpLoadedClassList='$work/$program/%p'" \
    "$start" "$@" >>"$work/said" 2>&1 </dev/null || :
}

train jbuild closure sh
train jbuild closure --format json sh
train jbuild why libc.so.6 sh
train jbuild rootfs --add sh --output "$work/image.tar"
train jbuild rootfs --add sh --compress none --output "$work/plain.tar"
train jbuild check "$work/image.tar"
train jbuild inspect "$work/image.tar"
train jbuild diff "$work/image.tar" "$work/plain.tar"
train jrun --explain "$work/image.tar" sh
# What the launcher has compiled before it launches; here nobody takes the plan.
export JRUN_WORK=short
JRUN_LAUNCHER="plan=$work/plan;userns=$([ "$(id -u)" = 0 ] && echo none || echo single);userns-note=;tty=;uid=$(id -u);gid=$(id -g);pid=$$"
export JRUN_LAUNCHER
train compile-plan "$work/image.tar" sh
train compile-plan --no-replay "$work/image.tar" sh
train compile-plan --user 1000:1000 -e A=B -v "$work:/mnt" --memory 64m --network private "$work/plain.tar" sh
train jrun ps -a
train jrun ps --json
for command in exec inspect kill logs pause rm stats stop top unpause update wait; do
  train jrun "$command" none sh
done

# What every JDK reads alike: names without numbers ("id:"), lambdas, no indexes of
# constants ("@cp"). The build adds the classes of the program's own module.
for program in jbuild jrun; do
  case $program in
    jbuild) module=builder ;;
    jrun) module=runner ;;
  esac
  sed -e '/^#/d' -e '/^@cp/d' -e '/ source: /d' -e 's/ id: .*//' -e "/^io\\/jrootfs\\/$module\\//d" "$work/$program"/* |
    LC_ALL=C sort -u >"$work/list"
  if [ "$(grep -c ^java/ "$work/list")" -lt 500 ]; then
    echo "$program did not say what classes it loads; it said:" >&2
    cat "$work/said" >&2
    exit 1
  fi
  cp "$work/list" "$lists/$program.classes"
done
