package io.jrootfs.builder.closure;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import java.util.Optional;
import java.util.stream.Collectors;

/** There is no program of a name that was asked for. */
public final class UnknownProgramException extends ClosureException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final ImmutableList<SysrootPath> searched;
  private final Optional<String> unfit;
  private final ImmutableList<String> nearest;

  UnknownProgramException(
      String name,
      ImmutableList<SysrootPath> searched,
      Optional<String> unfit,
      ImmutableList<String> nearest) {
    super(message(name, searched, unfit, nearest), null);
    this.name = name;
    this.searched = searched;
    this.unfit = unfit;
    this.nearest = nearest;
  }

  /**
   * Tells of all names at once, for somebody who is to correct them.
   *
   * @param unknown in the order asked for; none if all are known
   * @throws UnknownProgramException if there is any: about the first, with a message that has a
   *     line about each
   */
  public static void throwAny(ImmutableList<UnknownProgramException> unknown)
      throws UnknownProgramException {
    if (!unknown.isEmpty()) {
      throw unknown.size() == 1 ? unknown.get(0) : new UnknownProgramException(unknown);
    }
  }

  private UnknownProgramException(ImmutableList<UnknownProgramException> unknown) {
    super(
        unknown.stream()
            .map(UnknownProgramException::getMessage)
            .distinct()
            .collect(Collectors.joining("\n")),
        null);
    UnknownProgramException first = unknown.get(0);
    this.name = first.name;
    this.searched = first.searched;
    this.unfit = first.unfit;
    this.nearest = first.nearest;
  }

  private static String message(
      String name,
      ImmutableList<SysrootPath> searched,
      Optional<String> unfit,
      ImmutableList<String> nearest) {
    String shown = Printable.of(name);
    StringBuilder message = new StringBuilder();
    if (name.contains("/")) {
      message.append("there is no file ").append(shown);
    } else {
      message
          .append("there is no program ")
          .append(shown)
          .append(" in ")
          .append(searched.isEmpty() ? "the empty PATH" : Joiner.on(':').join(searched));
    }
    unfit.ifPresent(why -> message.append("; ").append(why));
    if (!nearest.isEmpty()) {
      message.append("; did you mean ").append(Joiner.on(" or ").join(nearest)).append('?');
    }
    return message.toString();
  }

  /** As asked for. */
  public String name() {
    return name;
  }

  /** The directories searched, in order; empty if the name was a path. */
  public ImmutableList<SysrootPath> searched() {
    return searched;
  }

  /** The first file of that name, and why it is no program that could be used. */
  public Optional<String> unfit() {
    return unfit;
  }

  /** Names that exist and differ little, nearest first. */
  public ImmutableList<String> nearest() {
    return nearest;
  }
}
