# All that can be seen of the tree $1. Directories have as many names and bytes as their file system likes.
set -eu
export LC_ALL=C
cd "$1"
find . -type d -printf '%p %M %U:%G %TY-%Tj-%TT\n' | sed 's/\.[0-9]*$//' | sort
find . ! -type d -printf '%p %M %U:%G %TY-%Tj-%TT %n %l\n' | sed 's/\(:[0-9]*\)\.[0-9]*\( [0-9]* .*\)$/\1\2/' | sort
find . -type f -exec stat -c '%s %n' {} + | sort
find . -type f -exec sha256sum {} + | sort
find . \( -type c -o -type b \) -exec stat -c '%t,%T %n' {} + | sort
for file in links/hard-1 links/relative devices/fifo; do
  find . -inum "$(stat -c %i "$file")" | sort
done
find . -exec sh -euc 'for file; do
  getfattr -h -d -m - -e hex "$file" | while read -r line; do
    case $line in *=*) printf "%s %s\n" "$file" "$line" ;; esac
  done
done' sh {} + | sort
find . ! -type l -exec sh -euc 'for file; do
  entries=$(getfacl -c -n -p "$file" | tr "\n" " ")
  printf "%s %s\n" "$file" "$entries"
done' sh {} + | sort
getcap -r . | sort
