# Starts a containerd of its own in this directory and sets $containerd to its process; read with ".".
# Who reads this ends it.
printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "%s"\n' \
  "$PWD/containerd.sock" >containerd.toml
containerd -c containerd.toml --root "$PWD/containerd" --state "$PWD/state" >containerd.log 2>&1 &
containerd=$!

own_ctr() {
  ctr -a "$PWD/containerd.sock" "$@"
}

until own_ctr version >/dev/null 2>&1; do
  kill -0 $containerd
  sleep 0.1
done
