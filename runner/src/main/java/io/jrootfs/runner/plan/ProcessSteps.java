package io.jrootfs.runner.plan;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.spec.ContainerProcess;
import java.util.Optional;

/** The last steps of a process, with which it becomes what it is to be: user, limits, program. */
final class ProcessSteps {
  private static final Splitter PATH = Splitter.on(':');

  private ProcessSteps() {}

  /**
   * The steps.
   *
   * @param remark added where it is said that the program cannot be executed
   */
  static ImmutableList<LaunchStep> of(
      ContainerProcess process, Optional<SeccompFilter> filter, String remark) {
    ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();
    steps.add(new ProcessStep.NewKeyring());
    steps.add(new ProcessStep.Inheritance(process.umask()));
    // With no-new-privileges as late as can be, so that the filter need not allow our own calls.
    if (!process.noNewPrivileges()) {
      filter.ifPresent(present -> steps.add(new ProcessStep.Seccomp(present)));
    }
    steps.add(
        new ProcessStep.Credentials(
            process.user().uid(),
            process.user().gid(),
            process.user().additionalGids(),
            process.capabilities(),
            process.ambientCapabilities(),
            process.noNewPrivileges()));
    process.rlimits().forEach(limit -> steps.add(new ProcessStep.LimitResource(limit)));
    if (process.noNewPrivileges()) {
      filter.ifPresent(present -> steps.add(new ProcessStep.Seccomp(present)));
    }
    return steps.add(exec(process, remark)).build();
  }

  /** What the launcher does on the new process, as it may have rights that the process has not. */
  static ImmutableList<LaunchStep> fromOutside(ContainerProcess process) {
    ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();
    process.rlimits().stream()
        .filter(limit -> process.raisedLimits().contains(limit.resource()))
        .forEach(limit -> steps.add(new ProcessStep.RaiseResourceLimit(limit)));
    process
        .oomScoreAdj()
        .ifPresent(adjustment -> steps.add(new ProcessStep.AdjustOomScore(adjustment)));
    return steps.build();
  }

  private static LaunchStep exec(ContainerProcess process, String remark) {
    String program = process.args().get(0);
    boolean searched = program.indexOf('/') < 0;
    String searchPath = searched ? variable(process, "PATH") : "";
    String place = searched ? " (searched " + searchPath + ")" : "";
    return new ProcessStep.Exec(
        candidates(program, searchPath, process.cwd()),
        process.args(),
        process.env(),
        "the container has no command '" + program + "'" + place,
        "command '" + program + "' cannot be executed in the container" + remark + place);
  }

  /**
   * Where a program may be: itself if its name holds a slash, else in each directory of PATH, an
   * empty one being the working directory (POSIX, Environment Variables, PATH).
   */
  private static ImmutableList<String> candidates(String program, String searchPath, String cwd) {
    if (program.indexOf('/') >= 0) {
      return ImmutableList.of(absolute(program, cwd));
    }
    return PATH.splitToStream(searchPath)
        .map(directory -> absolute(directory.isEmpty() ? program : directory + "/" + program, cwd))
        .distinct()
        .collect(ImmutableList.toImmutableList());
  }

  private static String absolute(String path, String cwd) {
    if (path.startsWith("/")) {
      return path;
    }
    return cwd.endsWith("/") ? cwd + path : cwd + "/" + path;
  }

  private static String variable(ContainerProcess process, String name) {
    return process.env().stream()
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> entry.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }
}
