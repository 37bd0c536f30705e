package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;
import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.mount.MountFlag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The mount steps in the words of a shell. */
final class MountStepExplainer implements MountStep.Cases<ImmutableList<String>> {
  private final ShownRoot root;

  MountStepExplainer(ShownRoot root) {
    this.root = root;
  }

  @Override
  public ImmutableList<String> slaveRoot(MountStep.SlaveRoot step) {
    return ImmutableList.of(command("mount", "--make-rslave", "/"));
  }

  @Override
  public ImmutableList<String> overlayRoot(MountStep.OverlayRoot step) {
    root.mountedOn(step.mountPoint());
    String options =
        "lowerdir=%s,upperdir=%s/upper,workdir=%s/work%s"
            .formatted(
                step.lower(),
                step.mountPoint(),
                step.mountPoint(),
                step.userXattr() ? ",userxattr" : "");
    return ImmutableList.of(
        command("mount", "-t", "tmpfs", "-o", "mode=0700", "tmpfs", step.mountPoint()),
        command("mkdir", root.path("/upper"), root.path("/work")),
        command("chmod", "--reference", step.lower(), root.path("/upper")),
        command("chown", "--reference", step.lower(), root.path("/upper")),
        command("mount", "-t", "overlay", "-o", options, "overlay", step.mountPoint()));
  }

  @Override
  public ImmutableList<String> mountFilesystem(MountStep.MountFilesystem step) {
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
    words.addAll(List.of(step.type(), root.path(step.target())));
    return ImmutableList.of(command(words));
  }

  @Override
  public ImmutableList<String> bindMount(MountStep.BindMount step) {
    String target = root.path(step.target());
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
  public ImmutableList<String> makeDirectory(MountStep.MakeDirectory step) {
    return ImmutableList.of(
        command("mkdir", "-p", "-m", octal(step.mode()), root.path(step.path())));
  }

  @Override
  public ImmutableList<String> makeSymlink(MountStep.MakeSymlink step) {
    return ImmutableList.of(command("ln", "-sfn", step.target(), root.path(step.path())));
  }

  @Override
  public ImmutableList<String> makeCharacterDevice(MountStep.MakeCharacterDevice step) {
    return ImmutableList.of(
        command(
            "mknod",
            "-m",
            octal(step.mode()),
            root.path(step.path()),
            "c",
            Integer.toString(step.major()),
            Integer.toString(step.minor())));
  }

  @Override
  public ImmutableList<String> maskPath(MountStep.MaskPath step) {
    String path = quoted(root.path(step.path()));
    return ImmutableList.of(
        "if [ -d %s ]; then mount -t tmpfs -o ro,mode=0555,size=4k tmpfs %s; elif [ -e %s ]; then mount --bind /dev/null %s; fi"
            .formatted(path, path, path, path));
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

  private static ImmutableList<String> flags(ImmutableSet<MountFlag> flags) {
    return Arrays.stream(MountFlag.values())
        .filter(flags::contains)
        .map(MountFlag::option)
        .collect(ImmutableList.toImmutableList());
  }

  private static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }
}
