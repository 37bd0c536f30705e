#!/bin/sh
# list-classes.sh DIST JAVA_HOME: puts into DIST/archives what share_classes of
# start-java.sh makes class archives from: lists of the classes that the programs load,
# which are all of a program's own module, as any may be needed, and of all else those
# that train-archives.sh has seen; and an image, for training runs.
set -eu
dist=$1 java=$2
lists=$(dirname "$0")/../archives
mkdir -p "$dist/archives"

# list PROGRAM MODULE
list() {
  names=$("$java/bin/jar" --list --file "$dist/lib/jrootfs-$2"-*.jar)
  echo "$names" | sed -n 's/\.class$//p' | LC_ALL=C sort -u - "$lists/$1.classes" >"$dist/archives/$1.classes"
}

list jbuild builder
list jrun runner

# What is in it does not matter, and must not differ between machines.
image=$dist/archives/training.tar
[ -e "$image" ] || "$java/bin/java" -XX:TieredStopAtLevel=1 -jar "$dist/lib/jrootfs-builder"-*.jar \
  rootfs --copy "$0:/bin/sh" --no-package-metadata --output "$image" >/dev/null
