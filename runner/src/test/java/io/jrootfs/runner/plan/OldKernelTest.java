package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Kernels before Linux 5.14 and old seccomp filters: what the launcher cannot have there it does in
 * another way, and nobody sees which. So these are the other tests of the launcher once more.
 */
class OldKernelTest {
  private static final String ALL = String.join(",", MissingFacilityTest.FACILITIES);

  private static ImmutableList<String> without(String names) {
    return MissingFacilityTest.without(names);
  }

  // Hostile images.

  @Nested
  class EscapeWithoutOpenat2 extends LauncherEscapeTest {
    @Override
    ImmutableList<String> before() {
      return without("openat2");
    }
  }

  @Nested
  class EscapeWithoutMountApi extends LauncherEscapeTest {
    @Override
    ImmutableList<String> before() {
      return without("mount-api");
    }
  }

  @Nested
  class EscapeWithoutAnything extends LauncherEscapeTest {
    @Override
    ImmutableList<String> before() {
      return without(ALL);
    }
  }

  @Nested
  class EscapeBehindAnOldFilter extends LauncherEscapeTest {
    @Override
    ImmutableList<String> before() throws IOException {
      return OldFilter.commandIn(directory, "EPERM");
    }
  }

  // Containers.

  @Nested
  class ContainerWithoutOpenat2 extends LauncherContainerTest {
    @Override
    ImmutableList<String> before() {
      return without("openat2");
    }
  }

  @Nested
  class ContainerWithoutCloseRange extends LauncherContainerTest {
    @Override
    ImmutableList<String> before() {
      return without("close_range");
    }
  }

  @Nested
  class ContainerWithoutMountSetattr extends LauncherContainerTest {
    @Override
    ImmutableList<String> before() {
      return without("mount_setattr");
    }
  }

  /** mount(2) has no words of its own for what it refuses. */
  abstract static class ContainerByMount extends LauncherContainerTest {
    private static final String REFUSED = "jrun: cannot mount tmpfs on /t: Invalid argument\n";

    @Override
    @Test
    void failureOfAMountTellsTheKernelsReason() throws IOException {
      assertThat(refusalOf("size=many")).isEqualTo(REFUSED);
    }

    @Override
    @Test
    void controlCharactersThatTheKernelQuotesDoNotReachTheTerminal() throws IOException {
      assertThat(refusalOf("\u001b[2J=1")).isEqualTo(REFUSED);
    }
  }

  @Nested
  class ContainerWithoutMountApi extends ContainerByMount {
    @Override
    ImmutableList<String> before() {
      return without("mount-api");
    }
  }

  @Nested
  class ContainerWithoutAnything extends ContainerByMount {
    @Override
    ImmutableList<String> before() {
      return without(ALL);
    }
  }

  @Nested
  class ContainerBehindAnOldFilter extends ContainerByMount {
    @Override
    ImmutableList<String> before() throws IOException {
      return OldFilter.commandIn(directory, "EPERM");
    }
  }

  // Signals and terminals.

  @Nested
  class SignalsWithoutAnything extends LauncherSignalTest {
    @Override
    ImmutableList<String> before() {
      return without(ALL);
    }

    /** Without the calls for a mount of its own. */
    @Override
    @Test
    void launcherOfRootCannotBeWritten() throws IOException {
      runsFromASealedCopy(Caller.ROOT);
    }
  }

  @Nested
  class TerminalWithoutAnything extends LauncherTerminalTest {
    @Override
    ImmutableList<String> before() {
      return without(ALL);
    }
  }
}
