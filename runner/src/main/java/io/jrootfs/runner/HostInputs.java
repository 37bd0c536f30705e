package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.bundle.FileIdentity;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.Propagation;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.replay.PlanInputs;
import io.jrootfs.runner.state.RecordsDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Names what {@link HostReader}, {@link CachePlace}, {@link StatePlace} and {@link HostMounts} have
 * looked at for a plan. What changes only with the machine's start, such as the kernel, is covered
 * by the number of that.
 */
public final class HostInputs {
  /** What decides where we keep things. */
  private static final ImmutableSet<String> PLACES =
      ImmutableSet.of(
          CachePlace.VARIABLE,
          IndexTrial.MISSING,
          RecordsDirectory.VARIABLE,
          "XDG_CACHE_HOME",
          "XDG_RUNTIME_DIR",
          "HOME");

  /** Looked for by {@link HostReader}, or read for the container's own. */
  private static final ImmutableList<String> LOOKED_FOR =
      ImmutableList.of("/dev/shm", "/dev/mqueue");

  private static final ImmutableList<String> READ =
      ImmutableList.of("/etc/hosts", "/etc/resolv.conf");

  /** Each has a directory of its own that containers do not see. */
  private static final String PROCESSORS = "/sys/devices/system/cpu/present";

  /** They tell one start of one machine from all others. */
  private static final ImmutableList<Path> MACHINE =
      ImmutableList.of(
          Path.of("/proc/sys/kernel/random/boot_id"), Path.of("/proc/sys/kernel/hostname"));

  private final PlanInputs inputs;

  /**
   * @param inputs where they are named
   */
  public HostInputs(PlanInputs inputs) {
    this.inputs = inputs;
  }

  /** Which machine this is, since when; empty where the kernel does not tell. */
  public static Optional<ImmutableList<String>> machine() {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (Path file : MACHINE) {
      try {
        texts.add(Files.readString(file).stripTrailing());
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return Optional.of(texts.build());
  }

  /**
   * The caller, his variables, and the system.
   *
   * @param launcher what the launcher has said
   * @param environment the caller's
   * @param copied variables that the container gets from there
   */
  public void caller(
      LauncherFacts launcher, ImmutableMap<String, String> environment, Set<String> copied)
      throws IOException {
    inputs.variables(
        ImmutableSet.<String>builder().addAll(PLACES).addAll(copied).build(),
        HostReader.callersOwn(environment));
    inputs.link("/proc/self/cwd");
    for (Path file : MACHINE) {
      inputs.text(file.toString(), file, "");
    }
    inputs.text(PROCESSORS, Path.of(PROCESSORS), "");
    Path process = Path.of("/proc/" + launcher.pid());
    for (String file : ImmutableList.of("cgroup", "uid_map", "gid_map", "limits")) {
      inputs.text("/proc/self/" + file, process.resolve(file), "");
    }
    inputs.text("/proc/self/status", process.resolve("status"), "Cap");
    inputs.text("/proc/self/mountinfo", process.resolve("mountinfo"), " - cgroup");
    for (String file : LOOKED_FOR) {
      inputs.existence(Path.of(file));
    }
    for (String file : READ) {
      if (Files.exists(Path.of(file))) {
        inputs.unchanged(Path.of(file));
      } else {
        inputs.existence(Path.of(file));
      }
    }
  }

  /**
   * The host's files that a container sees, each by the path that was written and by the one that
   * is mounted.
   *
   * @param mounts the container's
   */
  public void volumes(ImmutableList<BindArgument> volumes, ImmutableList<Mount> mounts)
      throws IOException {
    for (BindArgument volume : volumes) {
      if (volume.propagation() != Propagation.PRIVATE) {
        inputs.uncertain(); // depends on the mounts that there are
      }
      Path written = Path.of(volume.source());
      inputs.same(written);
      for (Mount mount : mounts) {
        if (mount instanceof Mount.Bind bind && bind.destination().equals(volume.destination())) {
          Path mounted = Path.of(bind.source());
          inputs.same(mounted);
          // A link on the way may have been changed since the plan was made.
          if (!FileIdentity.of(mounted).isSameFile(FileIdentity.of(written))) {
            inputs.uncertain();
          }
        }
      }
    }
  }
}
