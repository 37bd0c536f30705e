package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Shell.command;
import static io.jrootfs.runner.plan.Shell.quoted;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.CgroupWrite;
import io.jrootfs.runner.cgroup.DeviceRule;
import java.util.stream.Collectors;

/** The cgroup steps in the words of a shell. */
final class CgroupStepExplainer implements CgroupStep.Cases<ImmutableList<String>> {
  @Override
  public ImmutableList<String> make(CgroupStep.Make step) {
    return ImmutableList.of(command("mkdir", "-p", step.mountPoint() + step.path()));
  }

  @Override
  public ImmutableList<String> write(CgroupStep.Write step) {
    CgroupWrite write = step.write();
    StringBuilder line = new StringBuilder();
    for (CgroupWrite.Choice choice : write.choices()) {
      String file = quoted(write.directory() + "/" + choice.file());
      boolean isLast = choice.equals(write.choices().get(write.choices().size() - 1));
      if (!isLast) {
        line.append(line.isEmpty() ? "if" : "elif")
            .append(" [ -e ")
            .append(file)
            .append(" ]; then ");
      } else if (!line.isEmpty()) {
        line.append("else ");
      }
      line.append("echo ").append(quoted(choice.value())).append(" >").append(file);
      line.append(isLast ? "" : "; ");
    }
    if (write.choices().size() > 1) {
      line.append("; fi");
    }
    return ImmutableList.of(
        line
            + switch (write.tolerated()) {
              case NOTHING -> "";
              case MISSING -> " # if there is that file";
              case FILLED -> " # if it is empty";
              case FORBIDDEN -> " # if the cgroup above allows it";
            });
  }

  @Override
  public ImmutableList<String> filterDevices(CgroupStep.FilterDevices step) {
    return ImmutableList.of(
        "# a BPF program of "
            + step.program().size()
            + " instructions on "
            + quoted(step.directory())
            + " allows these devices and no others:",
        "# " + step.rules().stream().map(DeviceRule::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public ImmutableList<String> join(CgroupStep.Join step) {
    return ImmutableList.of("echo $$ >" + quoted(step.directory() + "/cgroup.procs"));
  }

  @Override
  public ImmutableList<String> enter(CgroupStep.Enter step) {
    return ImmutableList.of(
        "# only here does the process enter the cgroups of version 1 above, made meanwhile");
  }

  @Override
  public ImmutableList<String> countOomKills(CgroupStep.CountOomKills step) {
    return ImmutableList.of(
        "# at the end: "
            + command("grep", "-w", step.key(), step.directory() + "/" + step.file())
            + "; "
            + command("cat", step.directory() + "/" + step.limitFile()));
  }
}
