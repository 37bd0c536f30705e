# Runs the Kubernetes Job $1 as a cluster would, with podman, which knows pods alone, on the network of this
# machine. Prints what the job said and ends with its status; what it was run as is then in job.txt.
set -eu
own_podman() {
  podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs "$@"
}
printf '{"default":[{"type":"insecureAcceptAnything"}]}' >policy.json
# Pods have a container that waits; here it is of our making, too.
jbuild rootfs -q --add sleep --entrypoint /usr/bin/sleep --cmd infinity --stop-signal SIGKILL -t localhost/pause:1 -o pause.tar >&2
own_podman load -q --signature-policy policy.json -i pause.tar >&2
# Where nobody may raise a limit, podman's defaults would.
cat >containers.conf <<'END'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
infra_image = "localhost/pause:1"
END
export CONTAINERS_CONF="$PWD/containers.conf"
/usr/bin/python3 - "$1" >pod.yaml <<'END'
import sys, yaml
job = yaml.safe_load(open(sys.argv[1]))
assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job"), job
spec = dict(job["spec"]["template"]["spec"], hostNetwork=True)
print(yaml.dump({"apiVersion": "v1", "kind": "Pod", "metadata": job["metadata"], "spec": spec}))
END
trap 'own_podman pod rm -f -i build >&2; rm -rf podman podman-run' EXIT
own_podman play kube --tls-verify=false --signature-policy policy.json pod.yaml >&2
status=$(own_podman wait build-jbuild)
own_podman logs build-jbuild
own_podman inspect -f 'user {{.Config.User}}, capabilities {{.EffectiveCaps}}, root read-only {{.HostConfig.ReadonlyRootfs}}' build-jbuild >job.txt
exit "$status"
