# Makes a tree with every kind of file that an image can hold, in the directory $1. Needs root.
set -eu
umask 022
mkdir "$1"
cd "$1"

mkdir modes owners links devices attributes names sparse times empty
echo setuid >modes/setuid
chmod 4755 modes/setuid
echo setgid >modes/setgid
chmod 2755 modes/setgid
echo closed >modes/closed
chmod 0 modes/closed
mkdir -m 1777 modes/sticky
mkdir modes/shared
chmod 2775 modes/shared

echo someone >owners/someone
chown 1000:100 owners/someone
echo high >owners/high
chown 3000000:65534 owners/high
echo highest >owners/highest
chown 4294967294:4294967293 owners/highest
ln -s someone owners/link
chown -h 1001:1002 owners/link

mkdir links/deep
echo shared >links/hard-1
ln links/hard-1 links/hard-2
ln links/hard-1 links/deep/hard-3
ln -s hard-1 links/relative
ln -s /etc/passwd links/absolute
ln -s ../../../../etc links/outside
ln -s nowhere links/dangling
ln -s links links/itself
ln -s deep links/directory
ln -s "$(printf '%0300d' 0)" links/long
ln -P links/relative links/hard-of-a-link

mknod devices/null c 1 3
chmod 666 devices/null
mknod devices/block b 7 300
mknod devices/far c 4095 1048575
mkfifo -m 600 devices/fifo
ln devices/fifo devices/fifo-again

echo capable >attributes/capable
setcap cap_net_raw,cap_setuid=ep attributes/capable
echo listed >attributes/listed
setfacl -m u:1234:rw,g:4321:r attributes/listed
mkdir attributes/inherited
setfacl -d -m u:1234:rwx attributes/inherited
echo named >attributes/named
setfattr -n user.binary -v 0x00ff800a3d attributes/named
setfattr -n user.text -v words attributes/named
setfattr -n user.empty attributes/named
setfattr -n user.ünï -v x attributes/named
setfattr -n trusted.note -v root attributes/named

long=$(printf '%0255d' 0)
echo long >"names/$long"
deep=names/deep
for number in 1 2 3 4 5 6 7 8; do deep=$deep/$number-$(printf '%0200d' 0); done
mkdir -p "$deep"
echo deep >"$deep/file"
echo utf-8 >"names/ünïcode 文件 😀"
echo odd >"names/$(printf 'line\nbreak\ttab \\ back')"
echo odd >'names/*?[a] "quoted" '\''$x'
echo odd >names/-dash
echo odd >names/..dots

truncate -s 3M sparse/hole
echo end >>sparse/hole

: >empty/file
mkdir empty/directory

find . -depth -exec touch -h -d @1000000000 {} +
echo early >times/early
touch -d @-86400 times/early
echo odd >times/half
touch -d @1000000000.75 times/half
touch -d @1000000000 times
