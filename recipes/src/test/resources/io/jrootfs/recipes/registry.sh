# Starts docker-registry with its files in this directory and sets $port to where it listens; read with ".".
# It ends with the script that reads this.
printf '%s: %s\n' version 0.1 storage "{filesystem: {rootdirectory: $PWD/storage}}" \
  http '{addr: "127.0.0.1:0"}' >registry.yml
docker-registry serve registry.yml >registry.log 2>&1 &
registry=$!
trap 'kill $registry; wait $registry || :' EXIT
until port=$(grep -om1 'listening on 127.0.0.1:[0-9]*' registry.log); do
  kill -0 $registry
  sleep 0.1
done
port=${port##*:}
