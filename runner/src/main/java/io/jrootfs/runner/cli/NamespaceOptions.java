package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.completed;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMapArguments;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import io.jrootfs.runner.namespace.NamespaceSyntaxException;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import io.jrootfs.runner.spec.NamespaceOverrides;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** What the container has of its own and what it shares with the host. */
final class NamespaceOptions {
  private final Options options;

  NamespaceOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nIsolation; MODE is private (default), host (the caller's), container:NAME or ns:PATH:%n",
            text("NAME", "The container's name for itself.", "--hostname"),
            text("NAME", "Its NIS domain.", "--domainname"),
            mode(
                Namespace.NETWORK,
                "Network; private, or none, has a loopback only; bridge (root) and pasta (others): more.",
                "--network"),
            mode(Namespace.PID, "Processes.", "--pid"),
            mode(Namespace.IPC, "System V IPC, message queues; none: no /dev/shm either.", "--ipc"),
            mode(Namespace.UTS, "Host and domain name.", "--uts"),
            mode(Namespace.CGROUP, "View of the cgroup tree.", "--cgroupns"),
            completed(
                () -> UserNamespaceMode.WORDS,
                text(
                    "MODE",
                    "Users: host (default: jrun's own), private, keep-id[:uid=N,gid=N], nomap, ns:PATH.",
                    "--userns")),
            list(
                "CONTAINER:HOST:SIZE",
                "Users of a private user namespace; an ordinary user is HOST 0, his ranges 1 and"
                    + " on.",
                "--uidmap"),
            list("CONTAINER:HOST:SIZE", "Its groups (default: as --uidmap).", "--gidmap"),
            text(
                "CLOCK=SECONDS,...",
                "Set the clocks monotonic and boottime ahead, or back.",
                "--time-offset")));
  }

  private static OptionSpec.Builder mode(Namespace kind, String description, String name) {
    return completed(() -> NamespaceMode.words(kind), text("MODE", description, name));
  }

  /** Who knows the containers that run. */
  @FunctionalInterface
  interface Containers {
    /**
     * The first process of a container.
     *
     * @throws StateException if none of that name or id runs
     */
    long pid(String container) throws UsageException, StateException, IOException;
  }

  /** What the name of a container stands behind. */
  static final String CONTAINER = "container:";

  /**
   * What was asked for.
   *
   * @param containers asked for those that are joined
   * @throws NamespaceSyntaxException if a value is none of those there are
   * @throws UsageException if there is nobody to look for it
   * @throws StateException if a container that is to be joined does not run
   * @throws IOException if it cannot be looked for
   */
  NamespaceOverrides overrides(Containers containers)
      throws NamespaceSyntaxException, UsageException, StateException, IOException {
    ImmutableMap.Builder<Namespace, NamespaceMode> modes = ImmutableMap.builder();
    for (Map.Entry<Namespace, String> option : NamespaceMode.OPTIONS.entrySet()) {
      Optional<String> word = options.value(option.getValue());
      if (word.isPresent()) {
        modes.put(
            option.getKey(),
            word.get().startsWith(CONTAINER)
                ? joined(option.getKey(), word.get(), containers)
                : NamespaceMode.parse(option.getKey(), word.get()));
      }
    }
    Optional<String> offsets = options.value("--time-offset");
    return new NamespaceOverrides(
        options.value("--hostname"),
        options.value("--domainname"),
        modes.buildOrThrow(),
        user(),
        !options.value("--ipc").equals(Optional.of("none")),
        offsets.isPresent() ? ClockOffsets.parse(offsets.get()) : ClockOffsets.NONE);
  }

  private static NamespaceMode joined(Namespace kind, String word, Containers containers)
      throws UsageException, StateException, IOException {
    String container = word.substring(CONTAINER.length());
    if (container.isEmpty()) {
      throw new UsageException(
          "%s '%s': names no container; 'jrun ps' lists them"
              .formatted(NamespaceMode.OPTIONS.get(kind), word));
    }
    long pid = containers.pid(container);
    return new NamespaceMode.Joined("/proc/" + pid + "/ns/" + kind.procName());
  }

  private UserNamespaceMode user() throws NamespaceSyntaxException {
    IdMapArguments maps =
        IdMapArguments.parse(options.values("--uidmap"), options.values("--gidmap"));
    // Maps want a namespace to be for.
    return UserNamespaceMode.parse(
        options.value("--userns").orElse(maps.isEmpty() ? "host" : "private"), maps);
  }
}
