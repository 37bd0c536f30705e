# What the examples of helps stand on; read with "." in a directory of the example's own.

# The images that examples name, made once in this directory.
make_images() {
  printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/tmp:/bin/sh\n' >passwd
  set -- --add bash,sh,ls,ps,sleep,true --copy "$PWD/passwd:/etc/passwd"
  jbuild rootfs -q "$@" -t example/bash:1.0 -o image.tar
  cp image.tar amd64.tar
  mkdir arm64
  echo 'int main(void) { return 0; }' | aarch64-linux-gnu-gcc -static -x c - -o arm64/hello
  jbuild rootfs -q --sysroot arm64 --add /hello -o arm64.tar
  for version in 1 2; do
    skopeo --insecure-policy copy -q docker-archive:image.tar "oci:two:example/web:$version"
  done
  tar -C two -cf images.tar .
  jbuild rootfs -q --add bash --format dir -o root
}

# Containers that go on until there is a file "end" here, and say that they do.
up() {
  for name in "$@"; do
    jrun -d --name "$name" -v .:/here image.tar \
      bash -c 'until [ -e /here/end ]; do echo still here; sleep 0.1; done' >/dev/null
  done
}

ended() {
  jrun -d --name "$1" image.tar true >/dev/null
  jrun wait "$1" >/dev/null
}

# A registry at the port that examples name, in a network where no other program has it.
registry_on_5000() {
  ip link set lo up
  printf '%s: %s\n' version 0.1 storage "{filesystem: {rootdirectory: $PWD/storage}}" \
    http '{addr: "127.0.0.1:5000"}' >registry.yml
  docker-registry serve registry.yml >registry.log 2>&1 &
  registry=$!
  until grep -q 'listening on' registry.log; do
    kill -0 $registry
    sleep 0.1
  done
  jbuild push -q image.tar localhost:5000/example/bash:1.0 >/dev/null
  jbuild push -q amd64.tar arm64.tar localhost:5000/example/bash:2.0 >/dev/null
}

# Stores of podman and docker with nothing in them.
empty_stores() {
  mkdir -p .config/containers
  echo '{"default":[{"type":"insecureAcceptAnything"}]}' >.config/containers/policy.json
  printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$PWD/graph" "$PWD/run" \
    >storage.conf
  export HOME="$PWD" CONTAINERS_STORAGE_CONF="$PWD/storage.conf"
  # A socket's path has no room for a long directory.
  docker=$(mktemp -d)
  export DOCKER_HOST="unix://$docker/sock"
  dockerd --data-root "$docker/data" --exec-root "$docker/exec" --pidfile "$docker/pid" \
    --host "$DOCKER_HOST" --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs \
    >dockerd.log 2>&1 &
  dockerd=$!
  until grep -q 'API listen on' dockerd.log; do
    kill -0 $dockerd
    sleep 0.1
  done
}

prepare() {
  case $1 in
    'jbuild push' | 'jbuild pull') registry_on_5000 ;;
    'jbuild load') empty_stores ;;
    'jbuild explain')
      printf 'recipe: 1\nvars: { version: 1 }\ncontents: { binaries: [bash] }\n' >app.yaml
      echo 'image: { labels: { version: "${version}" } }' >>app.yaml
      ;;
    'jbuild test') jbuild rootfs -q --recipe recipes/bash-tools.yaml -o image.tar ;;
    'jbuild '* | jbuild | jrun) ;;
    'jrun cache') ended web ;;
    'jrun rm') ended web && up db ;;
    'jrun unpause') up web db && jrun pause web db >/dev/null ;;
    'jrun '*) up web db ;;
  esac
}

tidy() {
  jrun ps -aq | xargs -r jrun rm -f >/dev/null
  for server in ${registry-} ${dockerd-}; do
    kill "$server"
    wait "$server" || :
  done
  rm -rf "${docker-}"
}

# Runs $2, an example of command $1, as it would be pasted. What it shows until a container ends is ended when it has
# shown something.
paste_example() {
  prepare "$1"
  trap tidy EXIT
  case $2 in 'jrun wait '*) touch end ;; esac
  bash -eo pipefail -c "$2" >said &
  until [ -s said ] || ! kill -0 $! 2>/dev/null; do
    sleep 0.1
  done
  touch end
  wait $!
}
