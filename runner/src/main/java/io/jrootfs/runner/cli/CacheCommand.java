package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.text.Printable;
import io.jrootfs.runner.CachePlace;
import io.jrootfs.runner.HostReader;
import io.jrootfs.runner.argument.ArgumentException;
import io.jrootfs.runner.argument.Size;
import io.jrootfs.runner.bundle.BundleCache;
import io.jrootfs.runner.bundle.TemporaryPlaces;
import io.jrootfs.runner.bundle.UnpackedImages;
import io.jrootfs.runner.bundle.UnpackedImages.Unpacked;
import io.jrootfs.runner.bundle.UseTimes;
import io.jrootfs.runner.plan.LauncherFacts;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code jrun cache}: what images were made ready, and which of them go. */
final class CacheCommand implements Command {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of("KEY", "IMAGE", "KIND", "SIZE", "LAST USED", "STATUS");

  @Override
  public Declaration declare() {
    Declaration command = new Declaration(CommandSpec.create().name(Jrun.NAME + " cache"));
    command
        .usageMessage()
        .customSynopsis("jrun cache [ls] [OPTIONS]", "       jrun cache prune [OPTIONS]")
        .description(
            "",
            "Lists the images that were unpacked, or whose layers were copied and indexed; or removes"
                + " those that no container runs from. One that is removed is made again when it is"
                + " needed.")
        .footer(
            "  jrun cache",
            "  jrun cache prune --dry-run --unused-for 30d",
            "  jrun cache prune --max-size 10g");
    command.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .paramLabel("ACTION")
            .type(String.class)
            .description("ls (default) or prune.")
            .completionCandidates(ImmutableList.of("ls", "prune"))
            .build());
    command.addArgGroup(group("%nOptions of ls:%n", flag("All that is known, as JSON.", "--json")));
    command.addArgGroup(
        group(
            "%nOptions of prune:%n",
            text(
                "SIZE",
                "Until all have this at most, those first that were used longest ago.",
                "--max-size"),
            text(
                "AGE",
                "Those that were not used for so long, as in 30d, 12h or 90m.",
                "--unused-for"),
            flag("Tell what would be removed, and do nothing.", "--dry-run")));
    command.addArgGroup(
        group(
            "%nOther options:%n",
            Command.quiet("Nothing but the keys."), Command.verbose(), Options.help("--help")));
    return command;
  }

  @Override
  public boolean isAboutContainers() {
    return false;
  }

  @Override
  public void run(ParseResult parsed, Console console) throws Exception {
    Options options = new Options(parsed);
    LauncherFacts facts = console.launcherFacts();
    BundleCache cache =
        new BundleCache(
            Optional.of(CachePlace.of(console.environment(), HostReader.isCalledByRoot(facts))),
            TemporaryPlaces.none(),
            CachePlace.owners(HostReader.ownMappings(), Optional.empty()),
            Clock.systemUTC());
    String action = parsed.matchedPositionalValue(0, "ls");
    switch (action) {
      case "ls" -> {
        refuse(options, "prune", "--max-size", "--unused-for", "--dry-run");
        list(options, cache.images().list(), console);
      }
      case "prune" -> {
        refuse(options, "ls", "--json");
        prune(options, cache, console);
      }
      default ->
          throw new UsageException(
              "'" + action + "' cannot be done with the cache; ls and prune can");
    }
  }

  private static void refuse(Options options, String action, String... others)
      throws UsageException {
    for (String option : others) {
      if (options.has(option)) {
        throw new UsageException(option + " is an option of 'jrun cache " + action + "'");
      }
    }
  }

  private static void list(Options options, ImmutableList<Unpacked> images, Console console)
      throws IOException {
    Instant now = Clock.systemUTC().instant();
    if (options.isOn("--json")) {
      console.out().println(UnpackedJson.of(images, now));
    } else if (options.isOn("--quiet")) {
      images.forEach(image -> console.out().println(image.shortKey()));
    } else {
      ImmutableList.Builder<ImmutableList<String>> rows = ImmutableList.builder();
      rows.add(HEADINGS);
      for (Unpacked image : images) {
        rows.add(
            ImmutableList.of(
                image.shortKey(),
                image.image(),
                image.isIndex() ? "index" : "unpacked",
                size(image),
                lastUsed(image, now),
                image.isHeld() ? "in use" : ""));
      }
      Table.lines(rows.build()).forEach(console.out()::println);
    }
  }

  private static String lastUsed(Unpacked image, Instant now) {
    return UseTimes.isAhead(image.lastUsed(), now) ? "unknown" : Ages.ago(image.lastUsed(), now);
  }

  private static String size(Unpacked image) {
    return image.size().isPresent() ? StatsTable.size(image.size().getAsLong()) : "--";
  }

  private static void prune(Options options, BundleCache cache, Console console) throws Exception {
    Pruning pruning = new Pruning(maxSize(options), unusedSince(options));
    boolean isQuiet = options.isOn("--quiet");
    boolean isDry = options.isOn("--dry-run");
    UnpackedImages images = cache.images();
    long freed = 0;
    int removed = 0;
    ImmutableList<String> kept = isDry ? ImmutableList.of() : cache.removeLeftovers();
    for (Unpacked image : pruning.of(images.list())) {
      if (isDry || images.remove(image)) {
        console
            .out()
            .println(image.shortKey() + (isQuiet ? "" : "  " + Printable.of(image.image())));
        freed += image.size().orElse(0);
        removed++;
      }
    }
    if (!isDry) {
      cache.forgetRemoved();
      images.correctTimes();
    }
    if (!isQuiet) {
      console
          .out()
          .println(
              (isDry ? "would free " : "freed ")
                  + StatsTable.size(freed)
                  + " of "
                  + removed
                  + (removed == 1 ? " image" : " images"));
    }
    if (!kept.isEmpty()) {
      throw new FileSystemException(kept.get(0));
    }
  }

  private static OptionalLong maxSize(Options options) throws UsageException {
    Optional<String> size = options.value("--max-size");
    try {
      return size.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Size.parse(size.get(), 0));
    } catch (ArgumentException e) {
      throw new UsageException("--max-size " + e.getMessage());
    }
  }

  private static Optional<Instant> unusedSince(Options options) throws UsageException {
    Optional<String> age = options.value("--unused-for");
    if (age.isEmpty()) {
      return Optional.empty();
    }
    if (!age.get().matches("[0-9]{1,6}[mhd]")) {
      throw new UsageException(
          "--unused-for '" + age.get() + "' is no age; write a number with m, h or d, as in 30d");
    }
    String number = age.get().substring(0, age.get().length() - 1);
    String unit = age.get().substring(number.length());
    Duration duration =
        Duration.parse(unit.equals("d") ? "P" + number + "D" : "PT" + number + unit);
    return Optional.of(Clock.systemUTC().instant().minus(duration));
  }
}
