package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.MountSyntaxException;
import io.jrootfs.runner.mount.TmpfsArgument;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecRulesTest {
  private final Specs specs = new Specs();

  @Test
  void imageAsItIsRunsAsRootInOwnNamespaces() throws SpecException {
    ContainerSpec spec = specs.derive();
    assertThat(spec.process().args()).containsExactly("sh");
    assertThat(spec.process().user()).isEqualTo(new User(0, 0, ImmutableList.of(0L)));
    assertThat(spec.process().cwd()).isEqualTo("/");
    assertThat(spec.process().noNewPrivileges()).isTrue();
    assertThat(spec.root())
        .isEqualTo(
            new Root(
                "/cache/root",
                ImmutableList.of(),
                Optional.empty(),
                "/cache/mnt",
                ImmutableList.of(
                    new TextFile("/etc/hostname", "0123456789ab\n"),
                    new TextFile(
                        "/etc/hosts",
                        "127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.0.1\t0123456789ab\n")),
                false,
                false));
    assertThat(spec.hostname()).isEqualTo("0123456789ab");
    assertThat(spec.linux().namespaces())
        .containsExactly(
            Namespace.MOUNT,
            Namespace.UTS,
            Namespace.IPC,
            Namespace.PID,
            Namespace.NETWORK,
            Namespace.CGROUP);
  }

  @Test
  void sameRequestIsTheSameSpecification() throws SpecException {
    assertThat(specs.derive()).isEqualTo(specs.derive());
  }

  // What runs: docker's table "Understand how CMD and ENTRYPOINT interact", and --entrypoint.

  @Test
  void commandReplacesCmdAndKeepsTheEntrypoint() throws SpecException {
    specs.config = Specs.config("", ImmutableList.of("/entry", "-x"), ImmutableList.of("default"));
    assertThat(specs.derive().process().args()).containsExactly("/entry", "-x", "default");
    specs.command = ImmutableList.of("mine");
    assertThat(specs.derive().process().args()).containsExactly("/entry", "-x", "mine");
  }

  @Test
  void entrypointOptionDropsTheImagesCmd() throws SpecException {
    specs.config = Specs.config("", ImmutableList.of("/entry"), ImmutableList.of("default"));
    specs.entrypoint = Optional.of("/other");
    assertThat(specs.derive().process().args()).containsExactly("/other");
    specs.command = ImmutableList.of("a", "b");
    assertThat(specs.derive().process().args()).containsExactly("/other", "a", "b");
  }

  @Test
  void emptyEntrypointOptionRunsTheCommandAlone() throws SpecException {
    specs.config = Specs.config("", ImmutableList.of("/entry"), ImmutableList.of("default"));
    specs.entrypoint = Optional.of("");
    specs.command = ImmutableList.of("ls", "/");
    assertThat(specs.derive().process().args()).containsExactly("ls", "/");
  }

  @Test
  void nothingToRunSaysWhatToGive() {
    specs.config = Specs.config("", ImmutableList.of(), ImmutableList.of());
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessage(
            "nothing to run: the image has neither Entrypoint nor Cmd; give a command after it,"
                + " such as 'jrun IMAGE -- /bin/sh'");
  }

  @Test
  void emptyProgramNameIsRefused() {
    specs.command = ImmutableList.of("", "x");
    assertThatThrownBy(specs::derive).isInstanceOf(SpecException.class);
  }

  @Test
  void nulInAnArgumentIsRefusedNotCutOff() {
    specs.config = Specs.config("", ImmutableList.of("/bin/true\0evil"), ImmutableList.of());
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("/bin/true\\0evil")
        .hasMessageContaining("NUL");
  }

  @Test
  void whatTheKernelWouldRefuseForItsSizeIsRefusedWithWords() {
    specs.command = ImmutableList.of("x".repeat(256));
    assertThatThrownBy(specs::derive).isInstanceOf(SpecException.class);
    specs.command = ImmutableList.of("/" + "x".repeat(4096));
    assertThatThrownBy(specs::derive).isInstanceOf(SpecException.class);
    specs.command = ImmutableList.of("sh", "x".repeat(128 << 10));
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("131072 bytes");
    specs.command = ImmutableList.copyOf(Collections.nCopies(100, "x".repeat(100_000)));
    specs.entrypoint = Optional.of("sh");
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("arguments and environment");
  }

  // Environment.

  @Test
  void environmentHasOurDefaultsAndNothingOfTheCallers() throws SpecException {
    specs.host =
        Specs.root(
            ImmutableMap.of("SECRET", "1", "PATH", "/host", "HOME", "/home/me", "TERM", "vt100"));
    assertThat(specs.derive().process().env())
        .containsExactly(
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME=0123456789ab",
            "container=jrun",
            "HOME=/root");
  }

  @Test
  void terminalBringsTerm() throws SpecException {
    specs.terminal = TerminalMode.ALWAYS;
    assertThat(specs.derive().process().env()).contains("TERM=xterm");
  }

  @Test
  void usersVariablesWinOverTheImagesAndThoseOverOurs() throws SpecException {
    specs.config =
        specs.config.withEnv(ImmutableList.of("PATH=/opt", "A=image", "B=image", "EMPTY"));
    specs.env = ImmutableList.of("B=first", "C=x=y", "B=last", "HOME=/elsewhere");
    assertThat(specs.derive().process().env())
        .containsExactly(
            "PATH=/opt",
            "HOSTNAME=0123456789ab",
            "container=jrun",
            "HOME=/elsewhere",
            "A=image",
            "B=last",
            "EMPTY=",
            "C=x=y");
  }

  @Test
  void bareNameCopiesTheCallersVariableIfItHasOne() throws SpecException {
    specs.host = Specs.root(ImmutableMap.of("LANG", "C.UTF-8"));
    specs.env = ImmutableList.of("LANG", "UNSET");
    assertThat(specs.derive().process().env())
        .contains("LANG=C.UTF-8")
        .noneMatch(entry -> entry.startsWith("UNSET"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "=value", "A=\0", "A\0=x"})
  void nonsenseEnvironmentEntryIsRefused(String entry) {
    specs.env = ImmutableList.of(entry);
    assertThatThrownBy(specs::derive).isInstanceOf(SpecException.class);
    specs.env = ImmutableList.of();
    specs.config = specs.config.withEnv(ImmutableList.of(entry));
    assertThatThrownBy(specs::derive).isInstanceOf(SpecException.class);
  }

  // Working directory and hostname.

  @ParameterizedTest
  @ValueSource(strings = {"", "tmp", "./tmp", "~", "/a\0b"})
  void workingDirectoryMustBeAbsolute(String directory) {
    specs.workingDirectory = Optional.of(directory);
    assertThatThrownBy(specs::derive).isInstanceOf(SpecException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "web-1",
        "web.example.org",
        "0123456789ab",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void hostnameIsTaken(String hostname) throws SpecException {
    specs.hostname = Optional.of(hostname);
    assertThat(specs.derive().hostname()).isEqualTo(hostname);
    assertThat(specs.derive().process().env()).contains("HOSTNAME=" + hostname);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a",
        "a-",
        "a..b",
        ".",
        "a b",
        "a_b",
        "a\n",
        "a\0",
        "ä",
        "../x",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void hostnameIsRefused(String hostname) {
    specs.hostname = Optional.of(hostname);
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("hostname");
  }

  // Mounts.

  @Test
  void defaultMountsAreThoseOfTheRuntimes() throws SpecException {
    assertThat(Lists.transform(specs.derive().mounts(), Mount::destination))
        .containsExactly("/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys");
    assertThat(specs.derive().mounts())
        .contains(
            new Mount.Filesystem(
                "sysfs",
                ImmutableList.of(),
                ImmutableSet.of(
                    MountFlag.READ_ONLY, MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC),
                "/sys",
                true));
  }

  @Test
  void terminalsBelongToGroupFiveOnlyWhereThatExists() throws SpecException {
    specs.host = Specs.RANGES;
    assertThat(devpts(specs.derive())).contains("gid=5");
    specs.host = Specs.SINGLE_ID;
    assertThat(devpts(specs.derive())).doesNotContain("gid=5");
  }

  private static ImmutableList<String> devpts(ContainerSpec spec) {
    return spec.mounts().stream()
        .filter(mount -> mount.destination().equals("/dev/pts"))
        .map(mount -> ((Mount.Filesystem) mount).options())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void ordinaryUserOnTheHostsNetworkSeesTheHostsSysReadOnly() throws SpecException {
    specs.modes.put(Namespace.NETWORK, NamespaceMode.HOST);
    specs.host = Specs.RANGES;
    ContainerSpec spec = specs.derive();
    assertThat(spec.linux().namespaces()).doesNotContain(Namespace.NETWORK);
    assertThat(spec.mounts())
        .contains(
            new Mount.Bind(
                "/sys",
                "/sys",
                true,
                ImmutableSet.of(
                    MountFlag.READ_ONLY, MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC)))
        .contains(
            new Mount.Bind(
                "/etc/hosts", "/etc/hosts", false, ImmutableSet.of(MountFlag.READ_ONLY)));
  }

  @Test
  void ownNetworkGetsNothingOfTheHostsNames() throws SpecException {
    assertThat(Lists.transform(specs.derive().mounts(), Mount::destination))
        .doesNotContain("/etc/hosts", "/etc/resolv.conf");
  }

  @Test
  void hostsFileIsNotWrittenWhereTheHostsIsShown() throws SpecException {
    specs.modes.put(Namespace.NETWORK, NamespaceMode.HOST);
    assertThat(Lists.transform(specs.derive().root().files(), TextFile::path))
        .containsExactly("/etc/hostname");
  }

  @Test
  void usersMountReplacesTheHostsNamesAndOuterMountsComeFirst()
      throws SpecException, MountSyntaxException {
    specs.modes.put(Namespace.NETWORK, NamespaceMode.HOST);
    specs.mounts =
        ImmutableList.of(
            TmpfsArgument.parse("/a/b/c"),
            TmpfsArgument.parse("/z"),
            TmpfsArgument.parse("/etc/hosts"),
            TmpfsArgument.parse("/a"));
    assertThat(Lists.transform(specs.derive().mounts(), Mount::destination))
        .endsWith("/sys", "/etc/resolv.conf", "/z", "/a", "/etc/hosts", "/a/b/c");
  }

  @Test
  void twoMountsOnOnePlaceAreRefused() throws MountSyntaxException {
    specs.mounts = ImmutableList.of(TmpfsArgument.parse("/a/"), TmpfsArgument.parse("//a"));
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("mount on '/a'");
  }

  @Test
  void usersMountTakesThePlaceOfSharedMemoryAndItsSizeHasNoMeaningThen()
      throws SpecException, MountSyntaxException {
    specs.mounts = ImmutableList.of(TmpfsArgument.parse("/dev/shm:size=1m"));
    assertThat(Lists.transform(specs.derive().mounts(), Mount::destination))
        .containsExactly("/proc", "/dev", "/dev/pts", "/dev/mqueue", "/sys", "/dev/shm");
    specs.shmSize = OptionalLong.of(1);
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("--shm-size");
  }

  @Test
  void sharedMemoryHolds64MebibytesUnlessAskedOtherwise() throws SpecException {
    assertThat(filesystem("/dev/shm").options()).containsExactly("mode=1777", "size=67108864");
    specs.shmSize = OptionalLong.of(0);
    assertThat(filesystem("/dev/shm").options()).containsExactly("mode=1777", "size=0");
  }

  private Mount.Filesystem filesystem(String destination) throws SpecException {
    return specs.derive().mounts().stream()
        .filter(mount -> mount.destination().equals(destination))
        .map(Mount.Filesystem.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void readOnlyRootHasATmpfsWhereProgramsWrite() throws SpecException {
    specs.readOnlyRoot = true;
    assertThat(Lists.transform(specs.derive().mounts(), Mount::destination))
        .endsWith("/sys", "/run", "/tmp", "/var/tmp");
    assertThat(filesystem("/run"))
        .isEqualTo(
            new Mount.Filesystem(
                "tmpfs",
                ImmutableList.of("mode=0755"),
                ImmutableSet.of(MountFlag.NOSUID, MountFlag.NODEV),
                "/run",
                true,
                false));
    specs.readOnlyTmpfs = false;
    assertThat(Lists.transform(specs.derive().mounts(), Mount::destination)).endsWith("/sys");
  }

  @Test
  void usersMountOnOrAboveAPlaceToWriteWins() throws SpecException, MountSyntaxException {
    specs.readOnlyRoot = true;
    specs.mounts =
        ImmutableList.of(
            TmpfsArgument.parse("/run/lock"),
            TmpfsArgument.parse("/tmp:size=1m"),
            TmpfsArgument.parse("/var"));
    assertThat(Lists.transform(specs.derive().mounts(), Mount::destination))
        .endsWith("/sys", "/run", "/tmp", "/var", "/run/lock");
    assertThat(filesystem("/tmp").options()).contains("size=1m");
  }

  @Test
  void mountIsSharedWithTheHostByRootOnly() throws SpecException, MountSyntaxException {
    specs.mounts = ImmutableList.of(BindArgument.parse("/a:/b:rshared").toMount("/a"));
    assertThat(specs.derive().mounts()).containsAll(specs.mounts);
    specs.host = Specs.RANGES;
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("use rslave");
  }

  // Devices.

  private static Device fuse(String path, String access) {
    return new Device(path, Device.Type.CHARACTER, 0660, 0, 7, 10, 229, access, "/dev/fuse");
  }

  @Test
  void usersDevicesComeBehindTheDefaultsOrInTheirPlace() throws SpecException {
    Device fuse = fuse("/dev/fuse", "rwm");
    Device instead = fuse("/dev/zero", "rwm");
    specs.devices = ImmutableList.of(fuse, instead);
    assertThat(specs.derive().linux().devices())
        .hasSize(7)
        .contains(fuse, instead)
        .extracting(Device::path)
        .containsOnlyOnce("/dev/zero")
        .startsWith("/dev/null");
  }

  @Test
  void oneDeviceCannotBeTwo() {
    specs.devices = ImmutableList.of(fuse("/dev/x", "rw"), fuse("/dev/x", "r"));
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessage("device '/dev/x': asked for twice; leave one of them out");
  }

  @Test
  void limitedAccessThatNothingWouldLimitIsRefused() throws SpecException {
    specs.host = Specs.RANGES;
    specs.devices = ImmutableList.of(fuse("/dev/x", "rwm"));
    assertThat(specs.derive().linux().devices()).containsAll(specs.devices);
    specs.devices = ImmutableList.of(fuse("/dev/x", "r"));
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("leave ':r' out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "wr", "rr", "rwmx"})
  void accessIsLettersInOrder(String access) {
    assertThatThrownBy(() -> fuse("/dev/x", access)).isInstanceOf(IllegalArgumentException.class);
  }

  // Kernel files.

  @Test
  void whatIsAboutTheWholeMachineIsMasked() throws SpecException {
    assertThat(specs.derive().linux().maskedPaths())
        .contains("/proc/kcore", "/proc/keys", "/sys/firmware", "/sys/dev/block");
    assertThat(specs.derive().linux().readonlyPaths())
        .contains("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs");
  }
}
