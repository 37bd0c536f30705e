package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;
import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.mount.MountFlag;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The mount steps in the words of a shell. */
final class MountStepExplainer implements MountStep.Cases<ImmutableList<String>> {
  private static final String MODE = "mode=";

  private final ShownRoot root;

  /** That is mounted; none at first. */
  private String index = "";

  MountStepExplainer(ShownRoot root) {
    this.root = root;
  }

  @Override
  public ImmutableList<String> slaveRoot(MountStep.SlaveRoot step) {
    return ImmutableList.of(command("mount", "--make-rslave", "/"));
  }

  @Override
  public ImmutableList<String> mountIndex(MountStep.MountIndex step) {
    index = step.index();
    String options =
        step.layers().stream().map(layer -> ",device=" + layer).collect(Collectors.joining());
    return ImmutableList.of(
        command("mount", "-t", "erofs", "-o", "ro" + options, step.index(), step.mountPoint())
            + " # by fsopen(2): mount(8) makes loop devices of files",
        command("exec") + " 8<" + quoted(step.mountPoint()) + " # before it is covered");
  }

  @Override
  public ImmutableList<String> overlayRoot(MountStep.OverlayRoot step) {
    root.mountedOn(step.mountPoint());
    String lower = step.lower().equals(index) ? "/proc/self/fd/8" : step.lower();
    String options =
        "lowerdir=%s,upperdir=%s/upper,workdir=%s/work%s"
            .formatted(
                lower, step.mountPoint(), step.mountPoint(), step.userXattr() ? ",userxattr" : "");
    return ImmutableList.of(
        command("mount", "-t", "tmpfs", "-o", "mode=0700", "tmpfs", step.mountPoint()),
        command("mkdir", root.path("/upper"), root.path("/work")),
        command("chmod", "--reference", lower, root.path("/upper")),
        command("chown", "--reference", lower, root.path("/upper")),
        command("mount", "-t", "overlay", "-o", options, "overlay", step.mountPoint()));
  }

  @Override
  public ImmutableList<String> mountFilesystem(MountStep.MountFilesystem step) {
    String target = root.path(step.target());
    StringBuilder line = new StringBuilder(command("mount", "-t", step.type()));
    String options =
        Stream.concat(
                words(MountFlag::option, step.flags()),
                step.options().stream()
                    .filter(option -> !step.keepsMode() || !option.startsWith(MODE)))
            .collect(Collectors.joining(","));
    if (step.keepsMode()) {
      String mode =
          step.options().stream()
              .filter(option -> option.startsWith(MODE))
              .findFirst()
              .map(option -> option.substring(MODE.length()))
              .orElse("1777");
      line.append(" -o ")
          .append(options.isEmpty() ? "" : quoted(options) + ",")
          .append(MODE)
          .append("\"$(stat -c %a ")
          .append(quoted(target))
          .append(" 2>/dev/null || echo ")
          .append(mode)
          .append(")\"");
    } else if (!options.isEmpty()) {
      line.append(" -o ").append(quoted(options));
    }
    return ImmutableList.of(line.append(' ').append(command(step.type(), target)).toString());
  }

  @Override
  public ImmutableList<String> openSource(MountStep.OpenSource step) {
    return ImmutableList.of(
        "# " + quoted(step.source()) + " is opened here, as it is without the container's mounts");
  }

  @Override
  public ImmutableList<String> bindMount(MountStep.BindMount step) {
    String target = root.path(step.target());
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    lines.add(
        command(
            "mount",
            step.recursive() ? "--rbind" : "--bind",
            (step.recursive() ? "--make-r" : "--make-") + step.propagation().word(),
            step.source(),
            target));
    String options =
        Stream.concat(
                words(MountFlag::option, step.flags()), words(MountFlag::opposite, step.cleared()))
            // mount(8): attributes of a bind mount take a remount, those below it "=recursive".
            .map(option -> step.recursive() ? option + "=recursive" : option)
            .collect(Collectors.joining(","));
    if (!options.isEmpty()) {
      lines.add(command("mount", "-o", "remount,bind," + options, target));
    }
    return lines.build();
  }

  @Override
  public ImmutableList<String> writeFile(MountStep.WriteFile step) {
    String path = root.path(step.path());
    return ImmutableList.of(
        command("rm", "-f", path),
        command("printf", "%s", step.content()) + " >" + quoted(path),
        command("chmod", octal(step.mode()), path));
  }

  @Override
  public ImmutableList<String> makeDirectory(MountStep.MakeDirectory step) {
    return ImmutableList.of(
        command("mkdir", "-p", "-m", octal(step.mode()), root.path(step.path())));
  }

  @Override
  public ImmutableList<String> makeSymlink(MountStep.MakeSymlink step) {
    return ImmutableList.of(command("ln", "-sfn", step.target(), root.path(step.path())));
  }

  @Override
  public ImmutableList<String> makeDevice(MountStep.MakeDevice step) {
    String path = root.path(step.path());
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    lines.add(
        command(
            "mknod",
            "-m",
            octal(step.mode()),
            path,
            String.valueOf(step.type().letter()),
            Integer.toString(step.major()),
            Integer.toString(step.minor())));
    if (step.uid() != 0 || step.gid() != 0) {
      lines.add(command("chown", step.uid() + ":" + step.gid(), path));
    }
    return lines.build();
  }

  @Override
  public ImmutableList<String> maskPath(MountStep.MaskPath step) {
    String path = quoted(root.path(step.path()));
    return ImmutableList.of(
        ("if [ -d %1$s ]; then mount -t tmpfs -o ro,mode=0555,size=4k tmpfs %1$s; elif [ -e %1$s ];"
                + " then mount --bind /dev/null %1$s && mount -o remount,bind,ro %1$s; fi")
            .formatted(path));
  }

  @Override
  public ImmutableList<String> readOnlyPath(MountStep.ReadOnlyPath step) {
    String path = quoted(root.path(step.path()));
    return ImmutableList.of(
        "if [ -e %s ]; then mount --rbind %s %s && mount -o remount,bind,ro=recursive %s; fi"
            .formatted(path, path, path, path));
  }

  @Override
  public ImmutableList<String> readOnlyRoot(MountStep.ReadOnlyRoot step) {
    return ImmutableList.of(command("mount", "-o", "remount,bind,ro", root.path("/")));
  }

  @Override
  public ImmutableList<String> remountReadOnly(MountStep.RemountReadOnly step) {
    return ImmutableList.of(command("mount", "-o", "remount,bind,ro", root.path(step.path())));
  }

  @Override
  public ImmutableList<String> pivotRoot(MountStep.PivotRoot step) {
    ImmutableList<String> lines =
        ImmutableList.of(
            command("cd", root.path("").isEmpty() ? "/" : root.path("")),
            command("pivot_root", ".", "."),
            command("umount", "-l", "."),
            command("cd", "/"));
    root.entered();
    return lines;
  }

  private static Stream<String> words(
      Function<MountFlag, String> word, ImmutableSet<MountFlag> flags) {
    return Arrays.stream(MountFlag.values()).filter(flags::contains).map(word);
  }

  private static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }
}
