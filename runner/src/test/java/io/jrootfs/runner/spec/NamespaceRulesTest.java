package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMapArguments;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import io.jrootfs.runner.namespace.NamespaceSyntaxException;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceRulesTest {
  private static final ImmutableSet<MountFlag> INERT =
      ImmutableSet.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);

  private final Specs specs = new Specs();

  private Isolation isolation() throws SpecException {
    return specs.derive().linux().isolation();
  }

  private void userns(String mode, String... uidmap) throws NamespaceSyntaxException {
    specs.userNamespace =
        UserNamespaceMode.parse(
            mode, IdMapArguments.parse(ImmutableList.copyOf(uidmap), ImmutableList.of()));
  }

  private ImmutableList<String> mounted() throws SpecException {
    return ImmutableList.copyOf(Lists.transform(specs.derive().mounts(), Mount::destination));
  }

  private static IdMappings same(IdMapping... lines) {
    return new IdMappings(ImmutableList.copyOf(lines), ImmutableList.copyOf(lines));
  }

  // Which.

  @Test
  void whatIsSharedOrJoinedIsNotNew() throws SpecException {
    specs.modes.put(Namespace.NETWORK, NamespaceMode.HOST);
    specs.modes.put(Namespace.PID, new NamespaceMode.Joined("/p"));
    assertThat(isolation().own())
        .containsExactly(Namespace.MOUNT, Namespace.UTS, Namespace.IPC, Namespace.CGROUP);
    assertThat(isolation().joined()).containsExactly(java.util.Map.entry(Namespace.PID, "/p"));
  }

  @Test
  void clocksOfItsOwnAreANamespaceOfItsOwn() throws Exception {
    assertThat(isolation().isOwn(Namespace.TIME)).isFalse();
    specs.offsets = ClockOffsets.parse("boottime=1");
    assertThat(isolation().isOwn(Namespace.TIME)).isTrue();
  }

  // User namespaces.

  @Test
  void hostsUserNamespaceIsTheOneThatJrunIsIn() throws SpecException {
    assertThat(isolation().shift()).isEmpty();
    assertThat(isolation().userNamespace()).isFalse();
    specs.host = Specs.RANGES;
    assertThat(isolation().shift()).isEmpty();
    assertThat(isolation().userNamespace()).isTrue();
  }

  @Test
  void rootsContainerHasTheIdsOfItsMap() throws Exception {
    userns("private", "0:100000:2000");
    assertThat(isolation().shift()).contains(same(new IdMapping(0, 100_000, 2000)));
    assertThat(isolation().isOwn(Namespace.USER)).isTrue();
    assertThat(isolation().userNamespace()).isTrue();
    specs.user = Optional.of("1999");
    assertThat(specs.derive().process().user().uid()).isEqualTo(1999);
    specs.user = Optional.of("2000");
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("--uidmap");
  }

  @Test
  void privateWithoutMapsIsAllThatAnOrdinaryUserHas() throws Exception {
    userns("private");
    specs.host = Specs.RANGES;
    assertThat(isolation().shift())
        .contains(same(new IdMapping(0, 0, 1), new IdMapping(1, 1, 65_536)));
  }

  @Test
  void keptIdStandsBetweenTheOthers() throws Exception {
    userns("keep-id");
    specs.host = Specs.RANGES;
    assertThat(isolation().shift())
        .contains(
            same(
                new IdMapping(0, 1, 1000),
                new IdMapping(1000, 0, 1),
                new IdMapping(1001, 1001, 64_536)));
    assertThat(specs.derive().process().user())
        .isEqualTo(new User(1000, 1000, ImmutableList.of(1000L)));
    specs.config = Specs.config("app", ImmutableList.of("sh"), ImmutableList.of());
    assertThat(specs.derive().process().user().gid()).isEqualTo(1000);
    specs.user = Optional.of("0");
    assertThat(specs.derive().process().user().uid()).isZero();
  }

  @Test
  void keptIdCanBeAnother() throws Exception {
    specs.host = Specs.RANGES;
    specs.userNamespace = new UserNamespaceMode.KeepId(OptionalLong.of(0), OptionalLong.of(70_000));
    assertThat(isolation().shift())
        .contains(
            new IdMappings(
                ImmutableList.of(new IdMapping(0, 0, 1), new IdMapping(1, 1, 65_536)),
                ImmutableList.of(new IdMapping(0, 1, 65_536), new IdMapping(70_000, 0, 1))));
    assertThat(specs.derive().process().user())
        .isEqualTo(new User(0, 70_000, ImmutableList.of(70_000L)));
  }

  @Test
  void withoutMapTheCallerIsNobody() throws Exception {
    userns("nomap");
    specs.host = Specs.RANGES;
    assertThat(isolation().shift()).contains(same(new IdMapping(0, 1, 65_536)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keep-id | user namespace 'keep-id': is for ordinary users; root takes '--userns private' with '--uidmap'",
        "nomap   | user namespace 'nomap': is for ordinary users",
        "private | user namespace 'private': root has to say which ids the container gets, such as '--uidmap 0:100000:65536'",
        "ns:/x   | user namespace 'ns:/x': its id map cannot be read; give it as ns:/proc/PID/ns/user",
      })
  void rootIsToldWhatRootCannotHave(String mode, String message) throws Exception {
    userns(mode);
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource({"keep-id", "nomap"})
  void oneIdIsNotEnoughForACallerWhoIsNotRoot(String mode) throws Exception {
    userns(mode);
    specs.host = Specs.SINGLE_ID;
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("/etc/subuid");
  }

  @ParameterizedTest
  @CsvSource({"0:0:65538,65537", "0:70000:1,70000", "0:65536:2,65537"})
  void mapsCannotGiveMoreThanTheCallerHas(String map, long missing) throws Exception {
    userns("private", map);
    specs.host = Specs.RANGES;
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith(
            "uid map '" + map + "': you have no id " + missing + " to give; there are 0 to 65536");
  }

  @Test
  void mapsMayGoAcrossTheCallersRanges() throws Exception {
    userns("private", "0:0:65537");
    specs.host = Specs.RANGES;
    assertThat(isolation().shift()).contains(same(new IdMapping(0, 0, 65_537)));
  }

  // A directory keeps its owners.

  @Test
  void rootsDirectoryIsSeenWithOtherOwners() throws Exception {
    specs.ownCopy = false;
    assertThat(specs.derive().root().shifted()).isFalse();
    userns("private", "0:100000:65536");
    assertThat(specs.derive().root().shifted()).isTrue();
    specs.ownCopy = true;
    assertThat(specs.derive().root().shifted()).isFalse();
  }

  @Test
  void ordinaryUsersDirectoryCannotBeSeenWithOtherOwners() throws Exception {
    specs.ownCopy = false;
    specs.host = Specs.RANGES;
    userns("private");
    assertThat(specs.derive().root().shifted()).isFalse();
    userns("keep-id");
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("make a tar");
  }

  // Names.

  @Test
  void sharedNameIsTheHosts() throws SpecException {
    specs.modes.put(Namespace.UTS, NamespaceMode.HOST);
    assertThat(specs.derive().process().env()).contains("HOSTNAME=host-name");
    specs.modes.put(Namespace.UTS, new NamespaceMode.Joined("/u"));
    assertThat(specs.derive().process().env()).noneMatch(entry -> entry.startsWith("HOSTNAME"));
  }

  @Test
  void namesOfOthersAreNotChanged() {
    specs.modes.put(Namespace.UTS, NamespaceMode.HOST);
    specs.domainname = Optional.of("d");
    assertThatThrownBy(specs::derive)
        .hasMessage(
            "domain name 'd': cannot be set in a UTS namespace that is not the container's own;"
                + " leave it or '--uts host' out");
    specs.modes.put(Namespace.UTS, new NamespaceMode.Joined("/u"));
    specs.hostname = Optional.of("h");
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("hostname 'h': ")
        .hasMessageContaining("'--uts ns:/u'");
  }

  @Test
  void domainNameIsAName() throws SpecException {
    specs.domainname = Optional.of("example.org");
    assertThat(specs.derive().domainname()).contains("example.org");
    specs.domainname = Optional.of("a_b");
    assertThatThrownBy(specs::derive).hasMessageStartingWith("domain name 'a_b': must be letters");
  }

  // Mounts that depend on namespaces.

  @Test
  void hostsProcessesAreShownByTheHostsProcWhereNoOtherMayBeMounted() throws Exception {
    specs.modes.put(Namespace.PID, NamespaceMode.HOST);
    Mount bound = new Mount.Bind("/proc", "/proc", true, INERT);
    assertThat(specs.derive().mounts()).doesNotContain(bound);
    specs.host = Specs.SINGLE_ID;
    assertThat(specs.derive().mounts()).contains(bound);
    specs.host = Specs.ROOT;
    userns("private", "0:100000:65536");
    assertThat(specs.derive().mounts()).contains(bound);
  }

  @Test
  void newUserNamespaceHasNoRightsOverAPidNamespaceThatWasThere() throws Exception {
    specs.modes.put(Namespace.PID, new NamespaceMode.Joined("/p"));
    userns("private", "0:100000:65536");
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith(
            "pid namespace 'ns:/p': cannot be joined from a new user namespace");
  }

  @Test
  void hostsIpcBringsItsDirectories() throws SpecException {
    specs.modes.put(Namespace.IPC, NamespaceMode.HOST);
    assertThat(specs.derive().mounts())
        .contains(
            new Mount.Bind("/dev/shm", "/dev/shm", true, INERT),
            new Mount.Bind("/dev/mqueue", "/dev/mqueue", true, INERT));
  }

  @Test
  void ipcNoneHasNoSharedMemory() throws SpecException {
    specs.sharedMemory = false;
    assertThat(mounted()).contains("/dev/mqueue").doesNotContain("/dev/shm");
  }

  @Test
  void joinedIpcHasItsQueuesWhereTheKernelAllows() throws Exception {
    specs.modes.put(Namespace.IPC, new NamespaceMode.Joined("/i"));
    assertThat(mounted()).contains("/dev/mqueue", "/dev/shm");
    userns("private", "0:100000:65536");
    assertThat(mounted()).contains("/dev/shm").doesNotContain("/dev/mqueue");
  }
}
