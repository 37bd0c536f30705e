package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.runner.state.ProcessIdentity;
import java.nio.file.Path;

/**
 * A step about the container as a whole, which the launcher takes: that others can see it, that it
 * outlives the command, and what is done with one that runs. Those of the last kind make up a
 * {@link ControlPlan}.
 */
public sealed interface LifecycleStep extends LaunchStep {

  /**
   * Writes into the container's record which processes it is and how it ended.
   *
   * @param directory the record's
   * @param removed whether the record goes with the container
   */
  record KeepRecord(Path directory, boolean removed) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.keepRecord(this);
    }
  }

  /**
   * Keeps what a detached container says.
   *
   * @param directory of the record that the log's files are in
   * @param maxSize of a file, bytes, from 1
   * @param files how many are kept, from 1
   */
  record KeepLog(Path directory, long maxSize, int files) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.keepLog(this);
    }
  }

  /**
   * Lets the command end once the container's program runs.
   *
   * @param says what is printed then
   */
  record Detach(String says) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.detach(this);
    }
  }

  /**
   * Lets the user leave a container on his terminal by typing keys: it goes on.
   *
   * @param keys their codes, at least one
   */
  record DetachKeys(ImmutableList<Integer> keys) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.detachKeys(this);
    }
  }

  /**
   * Lets others see what the container says and type what it reads, by the socket {@code attach} of
   * the record.
   *
   * @param directory of the record
   * @param input whether standard input is a pipe from them, for one without terminal
   * @param streams whether standard output and error are pipes to them, likewise
   */
  record ServeAttachers(Path directory, boolean input, boolean streams) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.serveAttachers(this);
    }
  }

  /**
   * Is one of those others, until the container ends or the user leaves; ends as it does.
   *
   * @param container for messages
   * @param launcher who watches it
   * @param directory of its record
   * @param terminal whether it has one
   * @param input whether what the user types goes there
   * @param signals whether those that are sent to jrun go there
   * @param keys the codes of those that leave; empty: there are none
   */
  record Attach(
      String container,
      ProcessIdentity launcher,
      Path directory,
      boolean terminal,
      boolean input,
      boolean signals,
      ImmutableList<Integer> keys)
      implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.attach(this);
    }
  }

  /**
   * Sends a signal.
   *
   * @param container what it is sent to, for messages
   * @param process the one that gets it
   */
  record SignalProcess(String container, ProcessIdentity process, Signal signal)
      implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.signalProcess(this);
    }
  }

  /**
   * Asks a container to end, kills it if it does not, and waits until all of it is gone.
   *
   * @param container for messages
   * @param first its first process
   * @param launcher who watches it
   * @param signal what asks it
   * @param timeout seconds that it has
   */
  record Stop(
      String container,
      ProcessIdentity first,
      ProcessIdentity launcher,
      Signal signal,
      long timeout)
      implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.stop(this);
    }
  }

  /**
   * Waits for a container's end.
   *
   * @param container for messages
   * @param launcher who watches it
   * @param directory of its record
   * @param prints whether its exit status is printed
   */
  record AwaitEnd(String container, ProcessIdentity launcher, Path directory, boolean prints)
      implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.awaitEnd(this);
    }
  }

  /**
   * Lets a paused container go on; no failure if it has ended.
   *
   * @param container for messages
   * @param directory host path of the cgroup that is frozen
   */
  record Thaw(String container, String directory) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.thaw(this);
    }
  }

  /**
   * Removes the record of a container that has ended, unless it is another's by now.
   *
   * @param launcher who watched it
   * @param directory of the record
   */
  record RemoveRecord(ProcessIdentity launcher, Path directory) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.removeRecord(this);
    }
  }

  /**
   * Says that all steps behind the last such one are done: they are about one container, and if one
   * of them fails, those up to this one are left out.
   *
   * @param name of the container, as it is printed; empty: it is not
   */
  record PrintName(String name) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.printName(this);
    }
  }

  /**
   * Fails: there is a container, or none, with which nothing can be done.
   *
   * @param sentence that says why
   */
  record Refuse(String sentence) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.refuse(this);
    }
  }

  /**
   * Writes the number that the container's first process has on the host into a file, which is
   * there whole before that process begins.
   */
  record WritePidFile(Path file) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.writePidFile(this);
    }
  }

  /**
   * Keeps the unpacked image in the cache as long as the container is there.
   *
   * @param file of the image's, which is locked
   */
  record HoldBundle(Path file) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.holdBundle(this);
    }
  }

  /**
   * Removes what was made for the container alone when it ends.
   *
   * @param directory goes with all that is in it; the launcher holds the file beside it locked
   *     whose name has {@code .lock} behind
   */
  record RemoveAtEnd(Path directory) implements LifecycleStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.removeAtEnd(this);
    }
  }

  @Override
  default <R> R match(LaunchStep.Cases<R> cases) {
    return cases.lifecycle(this);
  }

  /** Every consumer handles every step: adding one breaks the build, not the container. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R keepRecord(KeepRecord step);

    R keepLog(KeepLog step);

    R detach(Detach step);

    R detachKeys(DetachKeys step);

    R serveAttachers(ServeAttachers step);

    R attach(Attach step);

    R signalProcess(SignalProcess step);

    R stop(Stop step);

    R awaitEnd(AwaitEnd step);

    R thaw(Thaw step);

    R removeRecord(RemoveRecord step);

    R printName(PrintName step);

    R refuse(Refuse step);

    R writePidFile(WritePidFile step);

    R holdBundle(HoldBundle step);

    R removeAtEnd(RemoveAtEnd step);
  }
}
