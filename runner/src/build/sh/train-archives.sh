#!/bin/sh
# train-archives.sh DIST JAVA_HOME: rewrites ../archives, the lists of what the
# programs load of the JDK and of libraries, from a training run here. Not a
# build step, as threads and time decide about some classes, and a build gives the
# same bytes each time. A class that a list lacks is loaded the slow way, and one
# that is no more is left out of the archive: lists that are not quite of today
# cost a little speed.
set -eu
dist=$1 java=$2
lists=$(dirname "$0")/../archives

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# train PROGRAM MODULE
train() {
  mkdir "$work/$1"
  "$java/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-XX:DumpLoadedClassList=$work/$1.loaded" \
    -cp "$dist/lib/jrootfs-$2"-*.jar "io.jrootfs.$2.cli.Training" "$work/$1" "$dist/archives/training.tar"
  # What every JDK reads alike: names without numbers ("id:"), lambdas, no indexes of
  # constants ("@cp"). The build adds the classes of the program's own module.
  sed -e '/^#/d' -e '/^@cp/d' -e '/ source: /d' -e 's/ id: .*//' -e "/^io\/jrootfs\/$2\//d" \
    "$work/$1.loaded" | LC_ALL=C sort -u >"$lists/$1.classes"
}

train jbuild builder
train jrun runner
