package io.jrootfs.runner.cli;

import io.jrootfs.runner.CachePlace;
import io.jrootfs.runner.ContainerRun;
import io.jrootfs.runner.HostReader;
import io.jrootfs.runner.RunRequest;
import io.jrootfs.runner.bundle.BundleCache;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespaceKind;
import io.jrootfs.runner.plan.PlanEncoder;
import io.jrootfs.runner.plan.PlanExplainer;
import io.jrootfs.runner.spec.Host;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Plans one container and hands the plan to the launcher, or explains it. */
final class RunCommand {
  private final RunOptions options;
  private final Console console;

  RunCommand(RunOptions options, Console console) {
    this.options = options;
    this.console = console;
  }

  void run() throws Exception {
    RunRequest request = options.request();
    LauncherFacts facts = launcherFacts();
    Host host = HostReader.read(facts, console.environment());
    BundleCache cache =
        new BundleCache(
            CachePlace.of(console.environment(), facts.uid() == 0),
            CachePlace.owners(host.mappings()),
            Clock.systemUTC());
    ContainerRun run = new ContainerRun(cache, host);
    if (options.isExplain()) {
      explain(request, run.preview(request), facts);
    } else {
      refuseWithoutUserNamespace(facts);
      Unpacking unpacking = new Unpacking(facts);
      ContainerRun.Prepared prepared = run.prepare(request, unpacking);
      prepared.bundle().warnings().forEach(this::warn);
      Files.write(facts.plan(), PlanEncoder.encode(prepared.plan()));
    }
  }

  private LauncherFacts launcherFacts() throws UsageException {
    String facts = console.environment().get(LauncherFacts.VARIABLE);
    if (facts == null) {
      throw new UsageException(
          "this is the part of jrun that plans, and a plan is of no use without the launcher; start"
              + " the program bin/jrun instead");
    }
    return LauncherFacts.parse(facts);
  }

  private static void refuseWithoutUserNamespace(LauncherFacts facts) throws Exception {
    if (facts.userNamespace().kind() == UserNamespaceKind.REFUSED) {
      throw new UserNamespaceException(facts.userNamespace().errno());
    }
  }

  private void explain(RunRequest request, ContainerRun.Prepared prepared, LauncherFacts facts) {
    PrintWriter out = console.out();
    if (prepared.unpacks()) {
      out.println("# " + request.image() + " would be unpacked into " + prepared.bundle().root());
    }
    PlanExplainer.explain(prepared.plan(), facts.userNamespace().kind()).forEach(out::println);
  }

  private void warn(String warning) {
    if (!options.isQuiet()) {
      console.say("jrun: warning: " + warning);
    }
  }

  /** What is said when an image is unpacked, which happens once. */
  private final class Unpacking implements BundleCache.Listener {
    private final LauncherFacts facts;

    Unpacking(LauncherFacts facts) {
      this.facts = facts;
    }

    @Override
    public void unpacking(Path image) {
      if (options.isQuiet()) {
        return;
      }
      if (facts.terminals().contains(2)) {
        console.say("unpacking " + image + " ...");
        console.err().flush();
      }
      if (facts.userNamespace().kind() == UserNamespaceKind.SINGLE) {
        warn(
            "every file of the container will belong to its root, the only user there is: "
                + facts.userNamespaceNote());
      }
    }
  }
}
