package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.network.NetlinkRequest;
import io.jrootfs.runner.network.PublishedPort;
import java.nio.file.Path;
import java.util.Optional;

/** A step that connects the container's network namespace with others. */
public sealed interface NetworkStep extends LaunchStep {

  /**
   * Takes a port of the host, so that nobody else can: bind(2).
   *
   * @param address of the host
   * @param held otherwise it is given back at once, and was only looked at
   * @param holder the container that had it when the plan was made; empty if none had
   */
  record ReservePort(String address, PublishedPort port, boolean held, Optional<String> holder)
      implements NetworkStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.reservePort(this);
    }
  }

  /**
   * Keeps a place on the bridge. Whoever watches the container, or the next one that takes such a
   * step, removes it with what its file {@code down} says, and with the last one what that of the
   * network says. Until {@link TellNames} nobody else does anything to the network.
   *
   * @param lock a file
   * @param network directory of all such places
   * @param name of this one's directory in it
   * @param holder what its file {@code lease} says as long as it is ours
   */
  record TakeLease(Path lock, Path network, String name, String holder) implements NetworkStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.takeLease(this);
    }
  }

  /**
   * Sets a kernel parameter of the host's network.
   *
   * @param path in procfs
   * @param kept the file that says how to undo it; none if the parameter goes by itself
   * @param followers others that the kernel changes along with it, paths in which {@code *} is any
   *     link, and what it gives them: they are put back with it
   */
  record ChangeSetting(
      String path, String value, String kept, ImmutableMap<String, String> followers)
      implements NetworkStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.changeSetting(this);
    }
  }

  /** Asks the kernel's network code for something, from the host's network. */
  record SendNetlink(NetlinkRequest request) implements NetworkStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.sendNetlink(this);
    }
  }

  /** Asks for something from the container's own network. */
  record ConfigureNetwork(NetlinkRequest request) implements NetworkStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.configureNetwork(this);
    }
  }

  /**
   * Runs the program pasta, which connects the container as long as both run.
   *
   * @param command its path and arguments; standard input is the container's network, on standard
   *     output it says when it is ready
   */
  record RunPasta(ImmutableList<String> command) implements NetworkStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.runPasta(this);
    }
  }

  /** Writes the hosts files of all places on the bridge. */
  record TellNames(Path network) implements NetworkStep {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.tellNames(this);
    }
  }

  @Override
  default <R> R match(LaunchStep.Cases<R> cases) {
    return cases.network(this);
  }

  /** Every consumer handles every step: adding one breaks the build, not the container. */
  <R> R match(Cases<R> cases);

  /**
   * One answer for each kind of step.
   *
   * @param <R> the answer
   */
  interface Cases<R> {
    R reservePort(ReservePort step);

    R takeLease(TakeLease step);

    R changeSetting(ChangeSetting step);

    R sendNetlink(SendNetlink step);

    R configureNetwork(ConfigureNetwork step);

    R runPasta(RunPasta step);

    R tellNames(TellNames step);
  }
}
