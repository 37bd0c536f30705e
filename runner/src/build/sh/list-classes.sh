#!/bin/sh
# list-classes.sh DIST JAVA_HOME: lists in DIST/archives the classes that the
# programs load, for share_classes of start-java.sh. A build step: each command
# runs once on the JDK of the build. Nothing is launched, and where a command
# finds nothing to do, it has loaded its classes: its status does not matter.
set -eu
dist=$1
archives=$dist/archives
export JBUILD_JAVA="$2" JRUN_JAVA="$2"
[ -z "$(find "$dist"/lib/*.jar -newer "$archives/jrun.classes" 2>&1)" ] && exit

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export JRUN_STATE_DIR="$work/state" JRUN_CACHE_DIR="$work/cache"
# Without lists, the start script makes no archive meanwhile.
rm -rf "$archives"
mkdir "$archives"

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
# constants ("@cp"); and all classes of ours, as not every way was taken.
for program in jbuild jrun; do
  case $program in
    jbuild) module=builder ;;
    jrun) module=runner ;;
  esac
  {
    sed -e '/^#/d' -e '/^@cp/d' -e '/ source: /d' -e 's/ id: .*//' "$work/$program"/*
    "$2/bin/jar" --list --file "$dist/lib/jrootfs-$module"-*.jar | sed -n 's/\.class$//p'
  } | LC_ALL=C sort -u >"$work/list"
  if [ "$(grep -c ^java/ "$work/list")" -lt 500 ]; then
    echo "$program did not say what classes it loads; it said:" >&2
    cat "$work/said" >&2
    exit 1
  fi
  cp "$work/list" "$archives/$program.classes"
done
