package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.namespace.Namespace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A launch plan in the words of a shell, for {@code --explain}: what a person would type to get the
 * same container. It is for reading, as a shell cannot do without races or tools of the image what
 * the launcher does by descriptors.
 */
public final class PlanExplainer {
  private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private PlanExplainer() {}

  /**
   * Explains a plan.
   *
   * @param userNamespace the namespace that the launcher is in already
   * @return lines of a POSIX shell script, in order
   */
  public static ImmutableList<String> explain(
      LaunchPlan plan, LauncherFacts.UserNamespaceKind userNamespace) {
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    ByStep byStep = new ByStep(userNamespace);
    plan.steps().forEach(step -> lines.addAll(step.match(byStep)));
    return lines.build();
  }

  /**
   * A word of a shell command, in quotes if it needs them. Control characters, which could draw
   * anything on a terminal, come as escapes in dollar-single-quotes (POSIX.1-2024, 2.2.4).
   */
  static String quoted(String word) {
    if (NEEDS_NO_QUOTES.matcher(word).matches()) {
      return word;
    }
    if (word.codePoints().noneMatch(Character::isISOControl)) {
      return "'" + word.replace("'", "'\\''") + "'";
    }
    StringBuilder escaped = new StringBuilder("$'");
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      if (b == '\'' || b == '\\') {
        escaped.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7f) {
        escaped.append((char) b);
      } else {
        escaped.append(String.format(Locale.ROOT, "\\%03o", b & 0xff));
      }
    }
    return escaped.append("'").toString();
  }

  private static String command(String... words) {
    return Arrays.stream(words).map(PlanExplainer::quoted).collect(Collectors.joining(" "));
  }

  private static String command(List<String> words) {
    return command(words.toArray(String[]::new));
  }

  private static final class ByStep implements LaunchStep.Cases<ImmutableList<String>> {
    private final LauncherFacts.UserNamespaceKind userNamespace;

    /** The container's root as long as host paths are meant; empty after pivot_root. */
    private String root = "";

    ByStep(LauncherFacts.UserNamespaceKind userNamespace) {
      this.userNamespace = userNamespace;
    }

    private String inRoot(String path) {
      return root + path;
    }

    @Override
    public ImmutableList<String> clone(LaunchStep.Clone step) {
      List<String> words = new ArrayList<>(List.of("unshare"));
      if (userNamespace == LauncherFacts.UserNamespaceKind.SINGLE) {
        words.addAll(List.of("--user", "--map-root-user"));
      } else if (userNamespace == LauncherFacts.UserNamespaceKind.RANGES) {
        words.addAll(List.of("--user", "--map-root-user", "--map-auto"));
      }
      for (Namespace namespace : Namespace.values()) {
        if (step.namespaces().contains(namespace)) {
          words.add("--" + namespace.unshareOption());
        }
      }
      words.addAll(List.of("--fork", "--kill-child", "setsid", "sh"));
      return ImmutableList.of(command(words));
    }

    @Override
    public ImmutableList<String> slaveRoot(LaunchStep.SlaveRoot step) {
      return ImmutableList.of(command("mount", "--make-rslave", "/"));
    }

    @Override
    public ImmutableList<String> overlayRoot(LaunchStep.OverlayRoot step) {
      root = step.mountPoint();
      String options =
          "lowerdir=%s,upperdir=%s/upper,workdir=%s/work%s"
              .formatted(step.lower(), root, root, step.userXattr() ? ",userxattr" : "");
      return ImmutableList.of(
          command("mount", "-t", "tmpfs", "-o", "mode=0700", "tmpfs", root),
          command("mkdir", inRoot("/upper"), inRoot("/work")),
          command("chmod", "--reference", step.lower(), inRoot("/upper")),
          command("chown", "--reference", step.lower(), inRoot("/upper")),
          command("mount", "-t", "overlay", "-o", options, "overlay", root));
    }

    @Override
    public ImmutableList<String> mountFilesystem(LaunchStep.MountFilesystem step) {
      String options =
          String.join(
              ",",
              ImmutableList.<String>builder()
                  .addAll(flags(step.flags()))
                  .addAll(step.options())
                  .build());
      List<String> words = new ArrayList<>(List.of("mount", "-t", step.type()));
      if (!options.isEmpty()) {
        words.addAll(List.of("-o", options));
      }
      words.addAll(List.of(step.type(), inRoot(step.target())));
      return ImmutableList.of(command(words));
    }

    @Override
    public ImmutableList<String> bindMount(LaunchStep.BindMount step) {
      String target = inRoot(step.target());
      String kind = step.recursive() ? "--rbind" : "--bind";
      ImmutableList.Builder<String> lines = ImmutableList.builder();
      lines.add(command("mount", kind, step.source(), target));
      if (!step.flags().isEmpty()) {
        String options = String.join(",", flags(step.flags()));
        // mount(8): attributes of a bind mount take a remount, those below it "=recursive".
        String all = step.recursive() ? options.replaceAll("(?=,|$)", "=recursive") : options;
        lines.add(command("mount", "-o", "remount,bind," + all, target));
      }
      return lines.build();
    }

    @Override
    public ImmutableList<String> makeDirectory(LaunchStep.MakeDirectory step) {
      return ImmutableList.of(
          command("mkdir", "-p", "-m", octal(step.mode()), inRoot(step.path())));
    }

    @Override
    public ImmutableList<String> makeSymlink(LaunchStep.MakeSymlink step) {
      return ImmutableList.of(command("ln", "-sfn", step.target(), inRoot(step.path())));
    }

    @Override
    public ImmutableList<String> makeCharacterDevice(LaunchStep.MakeCharacterDevice step) {
      return ImmutableList.of(
          command(
              "mknod",
              "-m",
              octal(step.mode()),
              inRoot(step.path()),
              "c",
              Integer.toString(step.major()),
              Integer.toString(step.minor())));
    }

    @Override
    public ImmutableList<String> openTerminal(LaunchStep.OpenTerminal step) {
      String pts = inRoot("/dev/pts/0");
      return ImmutableList.of(
          "# a new terminal from " + quoted(inRoot("/dev/pts/ptmx")) + ", relayed to this one:",
          "exec <>" + quoted(pts) + " >&0 2>&0",
          command("touch", inRoot("/dev/console")),
          command("mount", "--bind", pts, inRoot("/dev/console")));
    }

    @Override
    public ImmutableList<String> maskPath(LaunchStep.MaskPath step) {
      String path = quoted(inRoot(step.path()));
      return ImmutableList.of(
          "if [ -d %s ]; then mount -t tmpfs -o ro,mode=0555,size=4k tmpfs %s; elif [ -e %s ]; then mount --bind /dev/null %s; fi"
              .formatted(path, path, path, path));
    }

    @Override
    public ImmutableList<String> readOnlyPath(LaunchStep.ReadOnlyPath step) {
      String path = quoted(inRoot(step.path()));
      return ImmutableList.of(
          "if [ -e %s ]; then mount --rbind %s %s && mount -o remount,bind,ro=recursive %s; fi"
              .formatted(path, path, path, path));
    }

    @Override
    public ImmutableList<String> readOnlyRoot(LaunchStep.ReadOnlyRoot step) {
      return ImmutableList.of(command("mount", "-o", "remount,bind,ro", inRoot("/")));
    }

    @Override
    public ImmutableList<String> pivotRoot(LaunchStep.PivotRoot step) {
      ImmutableList<String> lines =
          ImmutableList.of(
              command("cd", root.isEmpty() ? "/" : root),
              command("pivot_root", ".", "."),
              command("umount", "-l", "."),
              command("cd", "/"));
      root = "";
      return lines;
    }

    @Override
    public ImmutableList<String> setHostname(LaunchStep.SetHostname step) {
      return ImmutableList.of(command("hostname", step.hostname()));
    }

    @Override
    public ImmutableList<String> loopbackUp(LaunchStep.LoopbackUp step) {
      return ImmutableList.of(command("ip", "link", "set", "lo", "up"));
    }

    @Override
    public ImmutableList<String> workingDirectory(LaunchStep.WorkingDirectory step) {
      String path = quoted(inRoot(step.path()));
      return ImmutableList.of("mkdir -p %s && cd %s".formatted(path, path));
    }

    @Override
    public ImmutableList<String> credentials(LaunchStep.Credentials step) {
      List<String> words =
          new ArrayList<>(
              List.of(
                  "exec",
                  "setpriv",
                  "--reuid=" + step.uid(),
                  "--regid=" + step.gid(),
                  step.groups().isEmpty()
                      ? "--clear-groups"
                      : "--groups="
                          + step.groups().stream()
                              .map(Object::toString)
                              .collect(Collectors.joining(",")),
                  "--bounding-set=" + capabilities(step.capabilities()),
                  "--inh-caps=-all",
                  "--ambient-caps=-all"));
      if (step.noNewPrivileges()) {
        words.add("--no-new-privs");
      }
      words.add("sh");
      return ImmutableList.of(command(words));
    }

    @Override
    public ImmutableList<String> exec(LaunchStep.Exec step) {
      List<String> words = new ArrayList<>(List.of("exec", "env", "-i"));
      words.addAll(step.environment());
      words.add(step.candidates().get(0));
      words.addAll(step.argv().subList(1, step.argv().size()));
      ImmutableList.Builder<String> lines = ImmutableList.builder();
      lines.add("umask 0022");
      if (step.candidates().size() > 1) {
        lines.add(
            "# the first that exists of: "
                + step.candidates().stream()
                    .map(PlanExplainer::quoted)
                    .collect(Collectors.joining(" ")));
      }
      return lines.add(command(words)).build();
    }

    private static ImmutableList<String> flags(ImmutableSet<MountFlag> flags) {
      return Arrays.stream(MountFlag.values())
          .filter(flags::contains)
          .map(MountFlag::option)
          .collect(ImmutableList.toImmutableList());
    }

    private static String octal(int mode) {
      return String.format(Locale.ROOT, "%04o", mode);
    }

    private static String capabilities(CapabilitySet set) {
      return set.capabilities().stream()
          .map(capability -> ",+" + capability.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining("", "-all", ""));
    }
  }
}
