package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import java.util.Optional;

/**
 * Options of {@code podman run} and {@code docker run} that {@code jrun} has not, and what whoever
 * types them can do instead. Only read when an option is unknown.
 */
final class ForeignOptions {
  private static final String NO_DAEMON = "no daemon watches containers; ";
  private static final String POOL =
      "addresses on the bridge are taken from its pool; containers find each other there by --name";
  private static final String IMAGE_FILES =
      "the image is a file; 'jbuild pull' fetches one from a registry";
  private static final String ANY_CGROUP_FILE = "--cgroup-conf writes such a file of the cgroup: ";
  private static final String WINDOWS = "it is for Windows; ";

  /** From an option's name to advice. */
  static final ImmutableMap<String, String> ADVICE =
      ImmutableMap.<String, String>builder()
          .putAll(ofImages().all())
          .putAll(ofProcesses().all())
          .putAll(ofFilesAndUsers().all())
          .putAll(ofNetworksAndLimits().all())
          .putAll(ofLives().all())
          .buildOrThrow();

  private ForeignOptions() {}

  /**
   * A sentence for whoever has given an option, if it is one of theirs.
   *
   * @param argument as it was typed, with or without a value
   */
  static Optional<String> advice(String argument) {
    int end = argument.indexOf('=');
    return Optional.ofNullable(ADVICE.get(end < 0 ? argument : argument.substring(0, end)));
  }

  private static Advice ofImages() {
    return new Advice()
        .of("--platform=OS/ARCH chooses among the images of a file", "--arch", "--os", "--variant")
        .of(IMAGE_FILES, "--pull", "--disable-content-trust")
        .of(
            "the image is a file; 'jbuild pull' fetches one, with what 'podman login' or 'docker"
                + " login' have noted",
            "--authfile")
        .of(
            "the image is a file; 'jbuild pull --insecure' fetches one from a registry that has no"
                + " certificate",
            "--tls-verify")
        .of(
            "a directory that is a root filesystem is named in the image's place, without an"
                + " option",
            "--rootfs")
        .of("'jrun cache prune' removes what was unpacked, and the file is yours", "--rmi")
        .of(
            "-v or --tmpfs mounts something where the image has a volume; otherwise it is a"
                + " directory like any other",
            "--image-volume")
        .of("-p publishes ports, whether or not the image names them", "--expose");
  }

  private static Advice ofProcesses() {
    return new Advice()
        .of(
            "without -d the container has the streams of jrun itself, which the shell redirects",
            "-a",
            "--attach")
        .of("-e NAME copies one variable of the caller's", "--env-host")
        .of("-e NAME=VALUE sets the whole value of a variable", "--env-merge")
        .of("-e http_proxy copies the caller's proxy, and nothing does so unasked", "--http-proxy")
        .of("-e NAME= makes a variable empty, and env(1) in the container removes it", "--unsetenv")
        .of("'env -i COMMAND' in the container starts a command without any", "--unsetenv-all")
        .of("-e TZ=ZONE or -v /etc/localtime:/etc/localtime:ro sets the time zone", "--tz")
        .of("--init runs an init of jrun's own", "--init-path")
        .of("setarch(1) in front of jrun does it, for a container inherits that", "--personality")
        .of(
            "a container gets standard input, output and error, and no other descriptor",
            "--preserve-fds")
        .of(
            "every signal that jrun gets is passed on; 'jrun attach --sig-proxy=false' does not"
                + " do so",
            "--sig-proxy")
        .of(
            "nothing is prepared for systemd as the first process; it needs '--tmpfs /run' and"
                + " '--stop-signal RTMIN+3'",
            "--systemd")
        .of("--security-opt seccomp=FILE takes a profile", "--seccomp-policy");
  }

  private static Advice ofFilesAndUsers() {
    return new Advice()
        .of("-v FILE:/run/secrets/NAME:ro shows it a secret that is a file", "--secret")
        .of("give it the same -v as the other container", "--volumes-from")
        .of("mount the volume on the host first, and -v shows it", "--volume-driver")
        .of("'jbuild rootfs --copy' puts them into the image", "--chrootdirs")
        .of("-u takes the number of a user whom the image does not know", "--hostuser")
        .of(
            "'-v FILE:/etc/passwd:ro' shows the container another list of users",
            "--passwd",
            "--passwd-entry")
        .of("--uidmap names the users to take", "--subuidname")
        .of("--gidmap names the groups to take", "--subgidname")
        .of("what a container writes has the room of the disk it is on", "--storage-opt")
        .of("--device shows it a GPU, such as /dev/dri", "--gpus")
        .of("'-v FILE:/etc/hosts' shows the container another file", "--no-hosts");
  }

  private static Advice ofNetworksAndLimits() {
    return new Advice()
        .of(POOL, "--ip", "--ip6", "--mac-address", "--network-alias", "--link", "--link-local-ip")
        .of("-p PORT publishes one port at any free one of the host", "-P", "--publish-all")
        .of(
            "--network, --ipc and --pid with container:NAME share the namespaces of another"
                + " container",
            "--pod",
            "--pod-id-file")
        .of(
            "a container has a cgroup wherever one can be made; --cgroup-parent says below which",
            "--cgroups")
        .of(ANY_CGROUP_FILE + "memory.swappiness=N (version 1)", "--memory-swappiness")
        .of(ANY_CGROUP_FILE + "memory.oom_control=1 (version 1)", "--oom-kill-disable")
        .of(ANY_CGROUP_FILE + "memory.kmem.limit_in_bytes=N (version 1)", "--kernel-memory")
        .of(ANY_CGROUP_FILE + "cpu.rt_period_us=N (version 1)", "--cpu-rt-period")
        .of(ANY_CGROUP_FILE + "cpu.rt_runtime_us=N (version 1)", "--cpu-rt-runtime")
        .of(
            ANY_CGROUP_FILE + "blkio.bfq.weight_device=MAJOR:MINOR N (version 1)",
            "--blkio-weight-device")
        .of(WINDOWS + "--cpus limits processors", "--cpu-count", "--cpu-percent")
        .of(
            WINDOWS + "--device-read-bps and --device-write-bps limit the use of a disk",
            "--io-maxbandwidth")
        .of(
            WINDOWS + "--device-read-iops and --device-write-iops limit the use of a disk",
            "--io-maxiops")
        .of(WINDOWS + "--pid, --ipc, --network and the like isolate a container", "--isolation");
  }

  private static Advice ofLives() {
    return new Advice()
        .of("-l KEY=VALUE keeps a remark", "--annotation", "--label-file")
        .of("--hostname names the container, and --help shows help", "-h")
        .of("--pidfile writes the number of the container's first process", "--conmon-pidfile")
        .of("'jrun rm -f NAME' removes the one that has the name", "--replace")
        .of("start the other containers first", "--requires")
        .of(NO_DAEMON + "a service of systemd with Restart= and jrun does that", "--restart")
        .of(
            NO_DAEMON + "'jrun exec NAME COMMAND' checks one when you want it",
            "--health-cmd",
            "--health-interval",
            "--health-on-failure",
            "--health-retries",
            "--health-start-interval",
            "--health-start-period",
            "--health-timeout")
        .of("no health checks are made; leave it out", "--no-healthcheck")
        .of("a service of systemd with Type=exec knows when jrun runs", "--sdnotify")
        .of("jrun is the runtime; leave it out", "--runtime")
        .of("there is no daemon, and no socket of one; leave it out", "--use-api-socket");
  }

  /** What there is to say, each sentence with the options that it is said of. */
  private static final class Advice {
    private final ImmutableMap.Builder<String, String> sentences = ImmutableMap.builder();

    Advice of(String sentence, String... options) {
      for (String option : options) {
        sentences.put(option, sentence);
      }
      return this;
    }

    ImmutableMap<String, String> all() {
      return sentences.buildOrThrow();
    }
  }
}
