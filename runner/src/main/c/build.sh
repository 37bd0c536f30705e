#!/bin/sh
# build.sh OUTDIR: compiles the launcher to OUTDIR/jrun, unless that is newer than every source.
# CC names the compiler. Without it that is musl-gcc where there is one, or else cc.
set -eu
out=${1:?usage: build.sh OUTDIR}
sources=$(dirname "$0")
cc=${CC:-}

if [ -f "$out/jrun" ] &&
  [ -z "$(find "$sources" -type f -newer "$out/jrun" | head -n 1)" ]; then
  exit 0
fi

# With musl the launcher needs a third of the memory, and it starts sooner: glibc first asks the
# processor two dozen questions, and on a virtual machine each is answered by the hypervisor.
# The kernel's headers stand beside glibc's, behind musl's own.
if [ -z "$cc" ] && command -v musl-gcc >/dev/null && [ -f /usr/include/linux/netlink.h ]; then
  cc="musl-gcc -idirafter /usr/include -idirafter /usr/include/$(musl-gcc -print-multiarch)"
fi
: "${cc:=cc}"

# shellcheck disable=SC2086 # CC may hold options
set -- $cc
if ! command -v "$1" >/dev/null; then
  echo "build.sh: no C compiler '$1' to build the launcher with; install one ('apt-get install gcc libc6-dev' or 'dnf install gcc glibc-static') or name yours in CC" >&2
  exit 1
fi
mkdir -p "$out"
work=$(mktemp -d "$out/build.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What every libc has when its static half is installed; asked before a screenful of linker errors.
echo 'int main(void) { return 0; }' >"$work/static.c"
if ! "$@" -static -Wl,-e,before_library -o "$work/static" "$work/static.c" 2>"$work/errors"; then
  echo "build.sh: '$cc' cannot link statically ($(head -n 1 "$work/errors")); install the static C library ('apt-get install libc6-dev' or 'dnf install glibc-static')" >&2
  exit 1
fi

# seal.c has an entry of its own for these.
case $("$@" -dumpmachine) in
  x86_64-* | aarch64-*) set -- "$@" -Wl,-e,before_library ;;
esac

# Steps are functions of one type, whether they look at the step or not: no-unused-parameter.
# In the sources' directory, so that no path of this machine gets into the program.
to=$(cd "$work" && pwd)
cd "$sources"
"$@" -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
  -Wswitch-enum -Werror -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
  -static -s -Wl,--build-id=none -o "$to/jrun" ./*.c
cd - >/dev/null
mv "$work/jrun" "$out/jrun"
