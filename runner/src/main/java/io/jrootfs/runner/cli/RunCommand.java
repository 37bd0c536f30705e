package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.runner.BridgeLeases;
import io.jrootfs.runner.CachePlace;
import io.jrootfs.runner.ContainerRun;
import io.jrootfs.runner.HostInputs;
import io.jrootfs.runner.HostReader;
import io.jrootfs.runner.RunRequest;
import io.jrootfs.runner.bundle.BundleCache;
import io.jrootfs.runner.cgroup.HostCgroupFiles;
import io.jrootfs.runner.network.NetworkChoice;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespaceKind;
import io.jrootfs.runner.plan.PlanExplainer;
import io.jrootfs.runner.replay.KeptPlans;
import io.jrootfs.runner.replay.SeenFiles;
import io.jrootfs.runner.spec.Host;
import io.jrootfs.runner.spec.Isolation;
import io.jrootfs.runner.spec.NamespaceOverrides;
import io.jrootfs.runner.spec.NamespaceRules;
import io.jrootfs.runner.state.ContainerId;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.NameRecord;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Plans one container and hands the plan to the launcher, or explains it. */
final class RunCommand implements Command {
  @Override
  public Declaration declare() {
    Declaration command = new Declaration(CommandSpec.create().name(Jrun.NAME));
    command
        .usageMessage()
        .customSynopsis(
            "jrun [OPTIONS] IMAGE [--] [COMMAND [ARG...]]",
            "jrun " + String.join("|", Commands.names()) + " ...")
        .description(
            "", "Runs a command in a container made of an image file. No daemon, no import.")
        .footer(
            "  jrun image.tar",
            "  jrun -v .:/work -w /work image.tar -- ls -l",
            "  jrun -d --name web image.tar && jrun logs -f web");
    RunOptions.declare(command);
    return command;
  }

  @Override
  public boolean isAboutContainers() {
    return false;
  }

  @Override
  public boolean runsAProgram() {
    return true;
  }

  @Override
  public void run(ParseResult parsed, Console console) throws Exception {
    Run run = new Run(parsed, console);
    try {
      run.run();
    } catch (NoSuchFileException e) {
      throw MissingImage.explained(e, run.options.imageText());
    }
  }

  /** One run. */
  private static final class Run {
    private final ParseResult parsed;
    private final RunOptions options;
    private final Console console;
    private final Map<String, KnownContainer> found = new HashMap<>();

    Run(ParseResult parsed, Console console) {
      this.parsed = parsed;
      this.options = new RunOptions(parsed);
      this.console = console;
    }

    private long pid(String container) throws UsageException, StateException, IOException {
      return ContainersCommand.running(find(container)).first().pid();
    }

    /** Looked for once, however many of its namespaces are joined: it may be another one then. */
    private KnownContainer find(String container)
        throws UsageException, StateException, IOException {
      KnownContainer known = found.get(container);
      if (known == null) {
        known = console.containers(console.launcherFacts()).find(container);
        found.put(container, known);
      }
      return known;
    }

    /** Who shares another container's network finds the same names there. */
    private Optional<ImmutableSortedMap<String, String>> sharedNames(LauncherFacts facts)
        throws Exception {
      Optional<String> other = options.joinedNetwork();
      if (other.isEmpty()) {
        return Optional.empty();
      }
      KnownContainer container = find(other.get());
      Map<String, String> files = new TreeMap<>(NameRecord.read(container.directory()));
      new BridgeLeases(console.records(facts))
          .hosts(container.record().launcher())
          .ifPresent(hosts -> files.put("/etc/hosts", hosts.toString()));
      // Without any it has those of the host, with its network.
      return files.isEmpty() ? Optional.empty() : Optional.of(ImmutableSortedMap.copyOf(files));
    }

    void run() throws Exception {
      RunRequest request = options.request(this::pid);
      LifecycleRequest lifecycle = options.lifecycle();
      LauncherFacts facts = console.launcherFacts();
      String id = ContainerId.random();
      request.overrides().security().warnings().forEach(this::warn);
      NamespaceOverrides namespaces = request.overrides().namespaces();
      Replay replay = Replay.beforePlanning(parsed, request, console, facts);
      SeenFiles seen = new SeenFiles(new HostCgroupFiles());
      Host here = HostReader.read(facts, console.environment(), namespaces.user(), seen, id);
      Optional<ImmutableSortedMap<String, String>> names = sharedNames(facts);
      Host host = names.map(here::withNameFiles).orElse(here);
      Isolation isolation = NamespaceRules.isolation(namespaces, host);
      BundleCache cache =
          new BundleCache(
                  CachePlace.find(console.environment(), HostReader.isCalledByRoot(facts)),
                  CachePlace.temporary(console.environment(), facts.pid()),
                  CachePlace.owners(host.mappings(), isolation.shift()),
                  Clock.systemUTC())
              .selecting(options.selection())
              .mounting(
                  options.unpacking(),
                  ContainerRun.mounts(facts, isolation, host, console.environment()));
      ContainerRun run = new ContainerRun(cache, host);
      Registration registration =
          new Registration(lifecycle, id, options.imageText(), facts, console.containers(facts));
      names.ifPresent(registration::sharing);
      NetworkChoice network = options.network();
      if (network.isByPasta()) {
        registration.byPasta(
            PastaConnection.of(
                network.ports(), HostReader.isCalledByRoot(facts), console.environment()));
        if (request.overrides().names().servers().isEmpty()) {
          warn(Bridge.NO_NAME_SERVERS);
        }
      }
      if (network.isOnBridge()) {
        registration.onBridge(
            new Bridge(
                new BridgeLeases(console.records(facts)),
                network.ports(),
                request.overrides().names(),
                HostReader.isCalledByRoot(facts),
                this::warn));
      }
      Optional<KeptPlans> plans =
          HostInputs.machine()
              .flatMap(machine -> cache.plans().map(path -> new KeptPlans(path, machine)));
      if (options.isExplain()) {
        ContainerRun.Prepared prepared = registration.preview(run.preview(request));
        explain(request, prepared, facts);
        console.out().println(replay.explain(request, prepared, seen, plans));
      } else {
        refuseWithoutUserNamespace(facts);
        Unpacking unpacking = new Unpacking(facts);
        ContainerRun.Prepared prepared = run.prepare(request, unpacking);
        prepared.bundle().warnings().forEach(this::warn);
        Registration.Registered registered = registration.register(prepared);
        cache.handOver();
        try {
          replay.keep(request, prepared, registered, seen, plans);
        } catch (IOException e) {
          // This container starts whether or not the next one like it can start faster.
          if (options.isVerbose()) {
            console.say("jrun: the plan is not kept for the next time: " + e);
          }
        }
      }
    }

    private static void refuseWithoutUserNamespace(LauncherFacts facts) throws Exception {
      if (facts.userNamespace().kind() == UserNamespaceKind.REFUSED) {
        throw new UserNamespaceException(facts.userNamespace().errno());
      }
    }

    private void explain(RunRequest request, ContainerRun.Prepared prepared, LauncherFacts facts) {
      PrintWriter out = console.out();
      BundleCache.Preview preview = prepared.preview().orElseThrow();
      if (preview.makes()) {
        out.println(
            preview.bundle().layers().isEmpty()
                ? "# " + request.image() + " would be unpacked into " + preview.bundle().root()
                : "# an index of the layers of "
                    + request.image()
                    + " would be written to "
                    + preview.bundle().root()
                    + "; if the kernel did not mount it, they would be unpacked");
      }
      out.println("# " + preview.why());
      PlanExplainer.explain(prepared.plan(), facts.userNamespace().kind()).forEach(out::println);
    }

    private void warn(String warning) {
      if (!options.isQuiet()) {
        console.say("jrun: warning: " + warning);
      }
    }

    /** What is said when an image is made ready, which happens once. */
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
          console.say("reading " + image + " ...");
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
}
