package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;

import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.spec.LimitOverrides;

/** What the kernel is to hold the container to, besides control groups. */
final class ResourceOptions {
  private ResourceOptions() {}

  static void declare(Declaration command) {
    command.addArgGroup(
        group(
            "%nResources:%n",
            list(
                "NAME=SOFT[:HARD]",
                "Limit a resource, as prlimit(1) names it; 'host': as the caller's.",
                "--ulimit"),
            list("NAME=VALUE", "Set a kernel parameter of the container's own.", "--sysctl"),
            text(
                "NUMBER",
                "-1000 to 1000: when memory is short, the highest is killed.",
                "--oom-score-adj")));
  }

  static LimitOverrides overrides(Options options) {
    return new LimitOverrides(
        options.values("--ulimit"), options.value("--oom-score-adj"), options.values("--sysctl"));
  }
}
