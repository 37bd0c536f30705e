package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import io.jrootfs.runner.network.NameSettings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups, umask, init and privileges of the process. */
class ProcessRulesTest {
  private final Specs specs = new Specs();

  private ContainerProcess process() throws SpecException {
    return specs.derive().process();
  }

  private ImmutableList<Long> groups(String user, String... more) throws SpecException {
    specs.user = Optional.of(user);
    specs.groups = ImmutableList.copyOf(more);
    return process().user().additionalGids();
  }

  // Groups.

  @Test
  void groupsAreAddedToThoseOfTheUser() throws SpecException {
    assertThat(groups("app", "7", "video")).containsExactly(7L, 29L, 44L, 1001L);
    assertThat(groups("app:video", "audio", "29")).containsExactly(29L, 44L);
    assertThat(groups("0:0", "4294967294")).containsExactly(0L, 4294967294L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nobody      | the image's /etc/group has no group 'nobody'; a number works",
        "\"\"        | a group is a name or a number",
        "1x          | '1x' is neither a name nor a number from 0 to 4294967294",
        "4294967295  | '4294967295' is neither a name nor a number from 0 to 4294967294",
        "-1          | the image's /etc/group has no group '-1'",
        "video:audio | the image's /etc/group has no group 'video:audio'",
        "video,audio | the image's /etc/group has no group 'video,audio'",
        "keep-groups | is not supported: jrun never lets your own groups into a container"
      })
  void otherGroupsAreRefused(String group, String start) {
    assertThatThrownBy(() -> groups("app", group))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("group '" + group + "': " + start);
  }

  @Test
  void groupsHaveToBeInTheMap() throws SpecException {
    specs.host = Specs.RANGES;
    assertThat(groups("root", "65536")).containsExactly(0L, 65_536L);
    assertThatThrownBy(() -> groups("root", "65537"))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith(
            "groups [65537]: it is uid 0, gid 0, groups [0, 65537], which is not");
    specs.host = Specs.SINGLE_ID;
    assertThatThrownBy(() -> groups("root", "0"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("/etc/subgid");
  }

  /** Who cannot give up groups may not set any, user_namespaces(7): not the primary one, either. */
  @Test
  void whereThereIsOneGroupThereAreNoSupplementaryOnes() throws SpecException {
    IdMapping one = new IdMapping(0, 1000, 1);
    IdMapping many = new IdMapping(1, 100_000, 65_536);
    specs.host = Specs.joining(new IdMappings(ImmutableList.of(one, many), ImmutableList.of(one)));
    specs.userNamespace = new UserNamespaceMode.Joined("/proc/7/ns/user");
    assertThat(groups("5:0")).isEmpty();
    assertThatThrownBy(() -> groups("5:0", "0")).isInstanceOf(SpecException.class);
  }

  // Umask.

  @ParameterizedTest
  @CsvSource({"0, 0", "7, 7", "22, 18", "022, 18", "0022, 18", "0777, 511", "777, 511"})
  void umaskIsOctal(String text, int umask) throws SpecException {
    assertThat(process().umask()).isEqualTo(18);
    specs.umask = Optional.of(text);
    assertThat(process().umask()).isEqualTo(umask);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "8", "089", "1777", "00022", "-1", "+1", "0x1", "u=rwx", " 22", "22 "})
  void otherUmasksAreRefused(String text) {
    specs.umask = Optional.of(text);
    assertThatThrownBy(this::process)
        .isInstanceOf(SpecException.class)
        .hasMessage("umask '" + text + "': must be octal, from 0000 to 0777");
  }

  // Init.

  @Test
  void initNeedsAPidNamespaceToBeTheFirstIn() throws SpecException {
    assertThat(process().init()).isFalse();
    specs.init = true;
    assertThat(process().init()).isTrue();
    specs.modes.put(Namespace.PID, NamespaceMode.HOST);
    assertThatThrownBy(this::process)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("init: can be the first process only in a pid namespace");
  }

  // Privileges.

  @Test
  void newPrivilegesAreThereOnlyIfAskedForOrPrivileged() throws SpecException {
    assertThat(process().noNewPrivileges()).isTrue();
    specs.privileged = true;
    assertThat(process().noNewPrivileges()).isFalse();
    specs.security = new SecurityOverrides(SeccompChoice.DEFAULT, Optional.of(true));
    assertThat(process().noNewPrivileges()).isTrue();
    specs.privileged = false;
    specs.security = new SecurityOverrides(SeccompChoice.DEFAULT, Optional.of(false));
    assertThat(process().noNewPrivileges()).isFalse();
  }

  @Test
  void privilegedContainerSeesTheKernelsFiles() throws SpecException {
    specs.privileged = true;
    assertThat(specs.derive().linux().maskedPaths()).isEmpty();
    assertThat(specs.derive().linux().readonlyPaths()).isEmpty();
    assertThat(specs.derive().linux().seccomp()).isEmpty();
  }

  // The files that say who it is.

  @ParameterizedTest
  @CsvSource({"localhost", "''"})
  void hostsNamesTheContainerOnce(String hostname) throws SpecException {
    Isolation isolation = specs.derive().linux().isolation();
    assertThat(OwnFiles.of(hostname, isolation, NameSettings.NONE))
        .contains(new TextFile("/etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost\n"))
        .hasSize(hostname.isEmpty() ? 1 : 2);
  }
}
