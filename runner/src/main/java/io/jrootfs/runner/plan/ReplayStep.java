package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableLongArray;
import java.nio.file.Path;

/**
 * A step that only kept plans have, before all others: it looks again at something that the plan
 * was made of, or makes the record that a compiled plan finds made. If it fails when a plan is
 * replayed, the launcher has the command line compiled anew.
 */
public sealed interface ReplayStep extends LaunchStep {

  /**
   * The command line begins so.
   *
   * @param words up to the first one of the container's command, if that is there
   * @param replaced how many arguments at the end of the plan's program are the words behind them
   * @param othersFollow whether others may stand there
   */
  record Words(ImmutableList<String> words, int replaced, boolean othersFollow)
      implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.words(this);
    }
  }

  /**
   * The caller is the same.
   *
   * @param facts {@link LauncherFacts#aboutCaller}
   */
  record CallerFacts(String facts) implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.callerFacts(this);
    }
  }

  /**
   * Variables of the caller are as they were.
   *
   * @param entries {@code NAME=value}, or {@code NAME} for one that is not set
   */
  record Variables(ImmutableList<String> entries) implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.variables(this);
    }
  }

  /** A symbolic link has a target. */
  record Link(String path, String target) implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.link(this);
    }
  }

  /**
   * A file has a text.
   *
   * @param filter of its lines, only those that hold this
   * @param text without white space at its end
   */
  record Text(String path, String filter, String text) implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.text(this);
    }
  }

  /**
   * What we may do with a file.
   *
   * @param access to it
   */
  record Accessible(String path, Access access, boolean given) implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.accessible(this);
    }
  }

  /** Kinds of access. */
  enum Access {
    /** open(2) for reading works. */
    READ,
    /** access(2) allows writing. */
    WRITE
  }

  /** No file is there. */
  record Absent(String path) implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.absent(this);
    }
  }

  /**
   * A path leads to the same file as before.
   *
   * @param identity {@code st_dev} and {@code st_ino}; of one whose content matters also {@code
   *     st_size}, seconds and nanoseconds of {@code st_mtim} and of {@code st_ctim}
   */
  record SameFile(String path, ImmutableLongArray identity) implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.sameFile(this);
    }
  }

  /**
   * Makes the container's record.
   *
   * @param id of the container that the plan was made for; the launcher has another one in its
   *     place, everywhere
   * @param files texts by their names
   */
  record MakeRecord(Path directory, String id, ImmutableMap<String, String> files)
      implements ReplayStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.makeRecord(this);
    }
  }

  @Override
  default <R> R match(LaunchStep.Cases<R> cases) {
    return cases.replay(this);
  }

  /** Every consumer handles every step. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R words(Words step);

    R callerFacts(CallerFacts step);

    R variables(Variables step);

    R link(Link step);

    R text(Text step);

    R accessible(Accessible step);

    R absent(Absent step);

    R sameFile(SameFile step);

    R makeRecord(MakeRecord step);
  }
}
