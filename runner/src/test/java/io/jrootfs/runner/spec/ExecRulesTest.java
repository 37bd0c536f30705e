package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Another process is as the first one was, but for what is asked for. */
class ExecRulesTest {
  private static final ContainerProcess FIRST =
      new ContainerProcess(
          true,
          new User(0, 0, ImmutableList.of(0L)),
          ImmutableList.of("first"),
          ImmutableList.of("PATH=/bin", "HOME=/root", "A=1"),
          "/work",
          0027,
          true,
          CapabilitySet.of(ImmutableSet.of(Capability.CHOWN, Capability.KILL)),
          CapabilitySet.of(ImmutableSet.of(Capability.KILL)),
          true,
          ImmutableList.of(),
          ImmutableSet.of(),
          OptionalInt.of(5));

  private static final Accounts ACCOUNTS =
      Accounts.parse("root:x:0:0::/root:/bin/sh\napp:x:7:8::/home/app:/bin/sh\n", "");

  private static final ExecOverrides PLAIN =
      new ExecOverrides(
          ImmutableList.of("ls"),
          ImmutableList.of(),
          Optional.empty(),
          Optional.empty(),
          TerminalMode.AUTOMATIC,
          false);

  private static ContainerProcess derive(ExecOverrides overrides, boolean onTerminal)
      throws SpecException {
    return new ExecRules(FIRST, ACCOUNTS, IdMappings.IDENTITY)
        .derive(overrides, onTerminal, ImmutableMap.of("B", "caller's"));
  }

  private static ExecOverrides as(String user, String... env) {
    return new ExecOverrides(
        PLAIN.command(),
        ImmutableList.copyOf(env),
        Optional.of(user),
        PLAIN.workingDirectory(),
        PLAIN.terminal(),
        PLAIN.privileged());
  }

  @Test
  void nothingAskedForIsTheFirstOnesAndNoInit() throws SpecException {
    assertThat(derive(PLAIN, false))
        .isEqualTo(
            new ContainerProcess(
                false,
                FIRST.user(),
                PLAIN.command(),
                FIRST.env(),
                FIRST.cwd(),
                FIRST.umask(),
                false,
                FIRST.capabilities(),
                CapabilitySet.EMPTY,
                FIRST.noNewPrivileges(),
                FIRST.rlimits(),
                FIRST.raisedLimits(),
                FIRST.oomScoreAdj()));
  }

  @Test
  void terminalIsTheCallersAndHasAName() throws SpecException {
    assertThat(derive(PLAIN, true).terminal()).isTrue();
    assertThat(Iterables.getLast(derive(PLAIN, true).env())).isEqualTo("TERM=xterm");
  }

  @Test
  void homeGoesWithTheUserUnlessItIsChosen() throws SpecException {
    assertThat(derive(as("app"), false).env()).contains("HOME=/home/app");
    assertThat(derive(as("app"), false).user()).isEqualTo(new User(7, 8, ImmutableList.of(8L)));
    assertThat(derive(as("app", "HOME=/x"), false).env()).contains("HOME=/x");
    assertThat(derive(as("99"), false).env()).contains("HOME=/");
  }

  @Test
  void usersOtherThanRootHaveTheAmbientCapabilities() throws SpecException {
    assertThat(derive(as("app"), false).ambientCapabilities())
        .isEqualTo(FIRST.ambientCapabilities());
  }

  @Test
  void callersVariablesComeOnlyByName() throws SpecException {
    assertThat(derive(as("0", "B", "C", "A=2"), false).env())
        .containsExactly("PATH=/bin", "HOME=/root", "A=2", "B=caller's");
  }

  @Test
  void privilegedHasAllCapabilitiesAndNothingElseMore() throws SpecException {
    ContainerProcess process =
        derive(
            new ExecOverrides(
                PLAIN.command(),
                PLAIN.env(),
                PLAIN.user(),
                PLAIN.workingDirectory(),
                PLAIN.terminal(),
                true),
            false);
    assertThat(process.capabilities()).isEqualTo(CapabilitySet.ALL);
    assertThat(process.noNewPrivileges()).isTrue();
  }

  @Test
  void userThatTheContainerDoesNotHaveIsRefused() {
    IdMapping one = new IdMapping(0, 1000, 1);
    IdMappings single = new IdMappings(ImmutableList.of(one), ImmutableList.of(one));
    assertThatThrownBy(
            () ->
                new ExecRules(FIRST, ACCOUNTS, single).derive(as("app"), false, ImmutableMap.of()))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("user 'app': it is uid 7, gid 8");
  }
}
