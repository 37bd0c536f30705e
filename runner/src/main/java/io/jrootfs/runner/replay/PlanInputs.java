package io.jrootfs.runner.replay;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableLongArray;
import io.jrootfs.runner.bundle.FileIdentity;
import io.jrootfs.runner.plan.ReplayStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a plan was made of, each thing as a step that looks at it again. Whoever makes a plan names
 * what he has looked at; what cannot be looked at again without doubt makes the plan one that is
 * not kept.
 */
public final class PlanInputs {
  private static final Splitter LINES = Splitter.on('\n');

  private final Clock clock;
  private final Set<ReplayStep> steps = new LinkedHashSet<>();
  private boolean certain = true;

  /**
   * @param clock tells whether a file could still change without showing it
   */
  public PlanInputs(Clock clock) {
    this.clock = clock;
  }

  /** Something that no step can look at. */
  public void uncertain() {
    certain = false;
  }

  /** What the launcher knows of the caller. */
  public void caller(String facts) {
    steps.add(new ReplayStep.CallerFacts(facts));
  }

  /** The caller's variables of those names, whether they are set or not. */
  public void variables(Set<String> names, ImmutableMap<String, String> environment) {
    ImmutableList.Builder<String> entries = ImmutableList.builder();
    for (String name : names) {
      String value = environment.get(name);
      entries.add(value == null ? name : name + "=" + value);
    }
    steps.add(new ReplayStep.Variables(entries.build()));
  }

  /** Where a symbolic link leads. */
  public void link(String path) throws IOException {
    steps.add(new ReplayStep.Link(path, Files.readSymbolicLink(Path.of(path)).toString()));
  }

  /**
   * The text of a file of the kernel's.
   *
   * @param shown its path for the launcher
   * @param path for us
   * @param filter of its lines, those that hold this
   */
  public void text(String shown, Path path, String filter) throws IOException {
    String text =
        LINES
            .splitToStream(Files.readString(path))
            .filter(line -> line.contains(filter))
            .collect(Collectors.joining("\n"))
            .stripTrailing();
    steps.add(new ReplayStep.Text(shown, filter, text));
  }

  /** A file whose content matters. */
  public void unchanged(Path file) throws IOException {
    FileIdentity identity = FileIdentity.of(file);
    if (!identity.isSettled(clock)) {
      uncertain();
    }
    steps.add(new ReplayStep.SameFile(file.toString(), identity.numbers()));
  }

  /** A file or directory that only has to be the same one. */
  public void same(Path file) throws IOException {
    ImmutableLongArray whole = FileIdentity.of(file).numbers();
    steps.add(new ReplayStep.SameFile(file.toString(), whole.subArray(0, 2).trimmed()));
  }

  /** Whether there is such a file, and if so which. */
  public void existence(Path file) throws IOException {
    if (Files.exists(file)) {
      same(file);
    } else {
      steps.add(new ReplayStep.Absent(file.toString()));
    }
  }

  /** What was seen of cgroups. */
  public void cgroups(SeenFiles files) {
    files.seen().ifPresentOrElse(steps::addAll, this::uncertain);
  }

  /** All of them; empty if there was anything uncertain. */
  public Optional<ImmutableList<ReplayStep>> steps() {
    return certain ? Optional.of(ImmutableList.copyOf(steps)) : Optional.empty();
  }
}
