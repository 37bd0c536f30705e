package io.jrootfs.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.bundle.BundleCache;
import io.jrootfs.runner.cgroup.CgroupHost;
import io.jrootfs.runner.cgroup.HostCgroupFiles;
import io.jrootfs.runner.cgroup.Limits;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.PlanEncoder;
import io.jrootfs.runner.spec.Host;
import io.jrootfs.runner.spec.NamespaceOverrides;
import io.jrootfs.runner.spec.Overrides;
import io.jrootfs.runner.spec.ProcessOverrides;
import io.jrootfs.runner.spec.SecurityOverrides;
import io.jrootfs.runner.state.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher's own part of a start, everything on, against bubblewrap's start of the same command
 * from the same directory. {@code mvn -Pbench verify} runs it; hyperfine(1) measures.
 *
 * <p>The two take turns in short rounds, so that what else the machine does hits both.
 */
class LauncherBenchmark {
  private static final int ROUNDS = 10;
  private static final int RUNS_A_ROUND = 30;
  private static final int UID = 41234;
  private static final JsonFactory JSON = new JsonFactory();

  @TempDir Path directory;
  private Path root;
  private Path program;

  @BeforeEach
  void makeRootOfBusybox() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    root = directory.resolve("root");
    Files.createDirectories(root.resolve("bin"));
    for (String mountPoint : ImmutableList.of("proc", "dev", "sys", "tmp")) {
      Files.createDirectories(root.resolve(mountPoint));
    }
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    root.resolve("bin/busybox").toFile().setExecutable(true, false);
    Path bin = Files.createDirectories(directory.resolve("dist/bin"));
    program = Files.copy(Path.of(System.getProperty("jrun.launcher")), bin.resolve("jrun"));
    program.toFile().setExecutable(true, false);
  }

  @Test
  void startAsRoot() throws Exception {
    compare("as root", "", host(0, IdMappings.IDENTITY, "none"));
  }

  @Test
  void startAsAnOrdinaryUser() throws Exception {
    ImmutableList<IdMapping> single = ImmutableList.of(new IdMapping(0, UID, 1));
    String become = "setpriv --reuid=%d --regid=%d --clear-groups --inh-caps=-all ";
    compare(
        "as an ordinary user with one id",
        become.formatted(UID, UID),
        host(UID, new IdMappings(single, single), "single"));
  }

  private static Host host(long uid, IdMappings mappings, String userNamespace) throws IOException {
    Host host =
        HostReader.read(
            LauncherFacts.parse(
                "plan=/dev/null;userns=%s;userns-note=;tty=;uid=%d;gid=%d;pid=1"
                    .formatted(userNamespace, uid, uid)),
            ImmutableMap.of(),
            new UserNamespaceMode.Host(),
            new HostCgroupFiles(),
            ContainerId.random());
    return new Host(
        host.platform(),
        host.kernel(),
        uid != 0,
        mappings,
        false,
        host.environment(),
        host.resolverFiles(),
        // What root can write says nothing about the user.
        uid == 0 ? host.cgroups() : CgroupHost.NONE,
        host.thermalThrottle(),
        host.namespaces(),
        host.capabilities(),
        host.limits());
  }

  private void compare(String what, String become, Host host) throws Exception {
    Path cache = Files.createDirectories(directory.resolve("cache"));
    ContainerRun run =
        new ContainerRun(
            new BundleCache(
                cache, CachePlace.owners(host.mappings(), Optional.empty()), Clock.systemUTC()),
            host);
    ProcessOverrides busybox =
        ProcessOverrides.NONE.withCommand(ImmutableList.of("/bin/busybox", "true"));
    RunRequest request =
        new RunRequest(
            root,
            ImmutableList.of(),
            ImmutableList.of(),
            ImmutableList.of(),
            new Overrides(
                busybox,
                Overrides.NONE.filesystem(),
                NamespaceOverrides.NONE,
                SecurityOverrides.NONE,
                Limits.NONE));
    Path plan = directory.resolve("plan");
    Files.write(plan, PlanEncoder.encode(run.prepare(request, image -> {}).plan()));
    String ours = become + program + " --execute-plan " + plan;
    String bubblewrap =
        become
            + "bwrap --unshare-all --die-with-parent --new-session --ro-bind "
            + root
            + " / --proc /proc --dev /dev --tmpfs /tmp /bin/busybox true";
    List<Double> jrun = new ArrayList<>();
    List<Double> bwrap = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      jrun.addAll(measure(ours));
      bwrap.addAll(measure(bubblewrap));
    }
    System.out.printf(
        Locale.ROOT,
        "launcher's start %s: median %.2f ms, bwrap --unshare-all %.2f ms, ratio %.2f%n",
        what,
        1000 * median(jrun),
        1000 * median(bwrap),
        median(jrun) / median(bwrap));
  }

  /** Times of single runs, in seconds. */
  private List<Double> measure(String command) throws Exception {
    Path times = directory.resolve("times.json");
    Process hyperfine =
        new ProcessBuilder(
                "hyperfine",
                "--shell=none",
                "--warmup=3",
                "--runs=" + RUNS_A_ROUND,
                "--style=none",
                "--export-json=" + times,
                command)
            .redirectErrorStream(true)
            .start();
    String talk = new String(hyperfine.getInputStream().readAllBytes(), UTF_8);
    assertThat(hyperfine.waitFor()).as(talk).isZero();
    return times(times);
  }

  private static List<Double> times(Path file) throws IOException {
    List<Double> times = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY
            && "times".equals(parser.currentName())) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            times.add(parser.getDoubleValue());
          }
        }
      }
    }
    assertThat(times).hasSize(RUNS_A_ROUND);
    return times;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
