package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.cgroup.LimitArguments;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.cgroup.Limits;
import picocli.CommandLine.Model.OptionSpec;

/** How much of the machine the container may have. */
final class LimitOptions {
  private final Options options;

  LimitOptions(Options options) {
    this.options = options;
  }

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nLimits:%n",
            ImmutableList.<OptionSpec.Builder>builder()
                .addAll(
                    changeable(
                        " (default: twice --memory)",
                        " (default: 100000)",
                        " (default: 2048 if they can be limited)"))
                .add(
                    list(
                        "RULE",
                        "Devices it may use, too, as in 'c 10:229 rw'.",
                        "--device-cgroup-rule"),
                    list(
                        "FILE=VALUE",
                        "Any other file of its cgroup, as in memory.high=48m.",
                        "--cgroup-conf"),
                    text("PATH", "Make its cgroup below this one.", "--cgroup-parent"))
                .build()
                .toArray(new OptionSpec.Builder[0])));
  }

  /**
   * Those that a container can be given while it runs.
   *
   * @param swap what is said of --memory-swap that is left out
   * @param period of --cpu-period
   * @param pids of --pids-limit
   */
  static ImmutableList<OptionSpec.Builder> changeable(String swap, String period, String pids) {
    return ImmutableList.of(
        text("SIZE", "Memory, as in 64m or 1.5g; 6m at least.", "-m", "--memory"),
        text(
            "SIZE",
            "Memory and swap together, beside --memory; -1 without limit" + swap + ".",
            "--memory-swap"),
        text("SIZE", "Memory that is left to it when memory is short.", "--memory-reservation"),
        text("N", "Processors, as in 1.5; more than there are is no limit.", "--cpus"),
        text("N", "Weight against others, 2 to 262144.", "-c", "--cpu-shares"),
        text("USEC", "Processor time in each period.", "--cpu-quota"),
        text("USEC", "That period" + period + ".", "--cpu-period"),
        text("LIST", "Processors it may run on, as in 0-2,7.", "--cpuset-cpus"),
        text("LIST", "Memory nodes it may use.", "--cpuset-mems"),
        text("N", "Processes and threads, -1 without limit" + pids + ".", "--pids-limit"),
        text("N", "Weight of its disk use against others, 10 to 1000.", "--blkio-weight"),
        list("DISK:SIZE", "Bytes a second read from a disk.", "--device-read-bps"),
        list("DISK:SIZE", "Bytes a second written to it.", "--device-write-bps"),
        list("DISK:N", "Reads a second.", "--device-read-iops"),
        list("DISK:N", "Writes a second.", "--device-write-iops"));
  }

  /**
   * What was asked for.
   *
   * @throws LimitException if a value is malformed, out of range or contradicts another
   */
  Limits limits() throws LimitException {
    return LimitArguments.parse(words());
  }

  /** The words of what was given, by option. */
  ImmutableListMultimap<String, String> words() {
    ImmutableListMultimap.Builder<String, String> words = ImmutableListMultimap.builder();
    for (String option : LimitArguments.SINGLE) {
      options.value(option).ifPresent(word -> words.put(option, word));
    }
    for (String option : LimitArguments.REPEATED) {
      words.putAll(option, options.values(option));
    }
    return words.build();
  }
}
