# Has the program $1 take apart the image, archive or directory $2 in this directory, and prints the
# inventory of what it made of /kept. A server that it needs runs as long as this script.
set -eu
what=$2

# The layers that skopeo has copied to the directory $1, unpacked one over the other.
unpack_layers() {
  mkdir root
  for digest in $(jq -r '.layers[].digest' "$1/manifest.json"); do
    tar --xattrs --xattrs-include='*' --numeric-owner -C root -xpf "$1/${digest#sha256:}"
  done
}

copy() {
  skopeo --policy policy.json copy -q "$@" dir:copied
  unpack_layers copied
}

own_podman() {
  podman --root "$PWD/storage" --runroot "$PWD/run" --storage-driver vfs "$@"
}

case $1 in
  'skopeo oci-archive') copy "oci-archive:$what" ;;
  'skopeo docker-archive') copy "docker-archive:$what" ;;
  podman)
    own_podman load -q --signature-policy policy.json -i "$what" >&2
    ln -s "$(own_podman image mount example/kept:1)" root
    ;;
  ctr)
    mkdir root
    # shellcheck source=containerd.sh
    . ../containerd.sh
    # shellcheck disable=SC2154 # that sets $containerd
    trap 'umount root || :; kill $containerd; wait $containerd || :' EXIT
    own_ctr images import --snapshotter native "$what" >&2
    own_ctr images mount --snapshotter native docker.io/example/kept:1 root >&2
    ;;
  umoci)
    mkdir layout
    tar -C layout -xf "$what"
    umoci unpack --image layout:1 bundle >&2
    ln -s bundle/rootfs root
    ;;
  docker-registry)
    # shellcheck source=registry.sh
    . ../registry.sh
    # shellcheck disable=SC2154 # that sets $port
    jbuild push -q "$what" "localhost:$port/kept:1" >&2
    copy --src-tls-verify=false "docker://localhost:$port/kept:1"
    ;;
  'GNU tar')
    mkdir root
    tar --xattrs --xattrs-include='*' --numeric-owner -C root -xpf "$what"
    ;;
  bsdtar)
    mkdir root
    bsdtar --xattrs --numeric-owner -C root -xpf "$what"
    ;;
  find) ln -s "$what" root ;;
  jbuild) jbuild rootfs -q --from "$what" --format dir -o root ;;
  jrun)
    jrun --cap-add SYS_ADMIN -v "$PWD/inventory.sh:/inventory.sh" "$what" sh /inventory.sh /kept
    exit
    ;;
esac
sh inventory.sh root/kept
