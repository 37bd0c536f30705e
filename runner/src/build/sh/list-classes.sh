#!/bin/sh
# list-classes.sh DIST JAVA_HOME: lists in DIST/archives the classes that the
# programs load, for share_classes of start-java.sh: all of a program's own module, as
# any may be needed, and of all else those that train-archives.sh has seen.
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
