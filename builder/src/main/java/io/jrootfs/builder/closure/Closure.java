package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.SearchedPlace;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything the requested programs load before their first instruction, and why.
 *
 * @param programs in the order asked for
 * @param nodes every file of the closure by its link-free path
 * @param edges every reason, breadth-first from the programs, in the loader's own order
 * @param missing what was needed and not found, in the order it was needed
 * @param machine what the first program runs on, and with it the image; empty if it is none of the
 *     known machines, or no program was reached
 * @param advice what the programs may look for once they run, and is not here
 */
public record Closure(
    ImmutableList<Program> programs,
    ImmutableSortedMap<SysrootPath, Node> nodes,
    ImmutableList<Edge> edges,
    ImmutableList<Missing> missing,
    Optional<ElfMachine> machine,
    ImmutableList<Advice> advice) {

  /** A closure whose machine does not matter. */
  public Closure(
      ImmutableList<Program> programs,
      ImmutableSortedMap<SysrootPath, Node> nodes,
      ImmutableList<Edge> edges,
      ImmutableList<Missing> missing) {
    this(programs, nodes, edges, missing, Optional.empty(), ImmutableList.of());
  }

  /** What a file is to the closure. */
  public enum Kind {
    /** An executable that names a program interpreter in PT_INTERP. */
    DYNAMIC_PROGRAM,
    /** An executable the kernel starts alone. */
    STATIC_PROGRAM,
    /** A text file starting with {@code #!}. */
    SCRIPT,
    SHARED_OBJECT,
    /** The dynamic loader named by PT_INTERP. */
    PROGRAM_INTERPRETER,
    /** A text file that tells a dynamic loader where to search. */
    LOADER_CONFIGURATION
  }

  /**
   * One file of the closure.
   *
   * @param path link-free
   * @param kind what it is
   */
  public record Node(SysrootPath path, Kind kind) {}

  /**
   * One reason for a file to be in the closure.
   *
   * @param from link-free path of the file that needs it; empty for a requested program
   * @param requested the name it was needed by: a soname, an interpreter path, a program name
   * @param to where the name leads: the path as found and every link on the way. All of it belongs
   *     to the image, or the loader would not find the file again.
   * @param foundBy which rule found it
   */
  public record Edge(Optional<SysrootPath> from, String requested, Resolution to, FoundBy foundBy) {
    /** As any record's, and without what the JVM makes at run time for those: edges are many. */
    @Override
    public int hashCode() {
      return (from.hashCode() * 31 + requested.hashCode()) * 31 + to.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Edge edge
          && edge.requested.equals(requested)
          && edge.from.equals(from)
          && edge.to.equals(to)
          && isSame(edge.foundBy, foundBy);
    }

    private static boolean isSame(FoundBy one, FoundBy other) {
      return one == other || (one.getClass() == other.getClass() && one.equals(other));
    }
  }

  /**
   * A dependency that is not there.
   *
   * @param requested the soname or path
   * @param neededBy link-free path of the file that needs it
   * @param searched the places that were looked at, in order
   * @param reason why the search ended, when it was not for lack of a file; empty otherwise
   */
  public record Missing(
      String requested,
      SysrootPath neededBy,
      ImmutableList<SearchedPlace> searched,
      Optional<String> reason) {

    /**
     * What to tell the user: what is missing, who needs it, where it was searched and what to try.
     */
    public String sentence() {
      StringBuilder sentence = new StringBuilder();
      sentence
          .append(Printable.of(requested))
          .append(", needed by ")
          .append(Printable.of(neededBy.value()))
          .append(", was not found");
      if (unholdable().isPresent()) {
        return sentence.append(": ").append(Printable.of(unholdable().get())).toString();
      }
      reason.ifPresent(why -> sentence.append(": ").append(Printable.of(why)));
      if (!searched.isEmpty()) {
        sentence.append("; searched ");
        sentence.append(
            searched.stream()
                .map(place -> Printable.of(place.toString()))
                .collect(Collectors.joining(", ")));
      }
      return sentence.append("; install what provides it and try again").toString();
    }

    /** What is wrong with a file that is there and that no image can hold, if that is the end. */
    private Optional<String> unholdable() {
      if (searched.isEmpty()) {
        return Optional.empty();
      }
      SearchedPlace last = searched.get(searched.size() - 1);
      return last.passedOver()
          .filter(SearchedPlace.NOT_UTF8::equals)
          .map(why -> reason.orElse("the file at " + last.place() + " " + why));
    }
  }

  /**
   * The same as an addition to what is there.
   *
   * @param present the closure of the programs that are there, of which only what is missing and
   *     the machine count
   * @param all the programs of both, in the order asked for
   */
  public Closure on(Closure present, ImmutableList<Program> all) {
    return new Closure(
        all,
        nodes,
        edges,
        ImmutableList.<Missing>builder()
            .addAll(present.missing)
            .addAll(missing)
            .addAll(LoaderCache.unreachable(edges))
            .build(),
        present.machine.or(() -> machine),
        advice);
  }

  /** The same with other advice. */
  Closure with(ImmutableList<Advice> otherAdvice) {
    return new Closure(programs, nodes, edges, missing, machine, otherAdvice);
  }

  /**
   * Refuses what no image configuration can tell the platform of.
   *
   * @throws UnusableProgramException if it holds ELF files, and the first is for none of the known
   *     machines
   */
  public void requireKnownMachine() throws UnusableProgramException {
    for (Edge edge : machine.isPresent() ? ImmutableList.<Edge>of() : edges) {
      Node node = nodes.get(edge.to().path());
      if (node != null && (node.kind() == Kind.STATIC_PROGRAM || isDynamic(node.kind()))) {
        throw new UnusableProgramException(
            node.path(),
            UnusableProgramException.Fault.WRONG_MACHINE,
            "is for a machine that this program knows no image platform for; --copy takes it as a"
                + " file like any other",
            null);
      }
    }
  }

  private static boolean isDynamic(Kind kind) {
    return kind == Kind.DYNAMIC_PROGRAM
        || kind == Kind.SHARED_OBJECT
        || kind == Kind.PROGRAM_INTERPRETER;
  }

  public boolean isComplete() {
    return missing.isEmpty();
  }

  /** What one file needs, by name and by what it got. */
  private record Need(Optional<SysrootPath> from, String requested, SysrootPath to) {}

  /**
   * The edges with one reason for each need. Several programs may get the same file in different
   * ways, mostly because one had loaded it before; a search tells more than that.
   */
  public ImmutableList<Edge> reasons() {
    Map<Need, Edge> reasons = new LinkedHashMap<>();
    for (Edge edge : edges) {
      reasons.merge(
          new Need(edge.from(), edge.requested(), edge.to().path()),
          edge,
          (known, other) ->
              known.foundBy().rule() instanceof FoundBy.AlreadyLoaded ? other : known);
    }
    return ImmutableList.copyOf(reasons.values());
  }
}
