package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.mount.MountFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile images: whatever links they hold, the host stays as it is and is not seen. */
class LauncherEscapeTest extends LauncherCase {
  private Path outside;

  @BeforeEach
  void leaveAMarkerOutside() throws IOException {
    outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("marker"), "host");
    // As a caller without rights a broken launcher could not write there; that proves nothing.
    Launcher.run("chmod", "0777", outside.toString());
  }

  private void assertOutsideIsUntouched() throws IOException {
    try (Stream<Path> entries = Files.list(outside)) {
      assertThat(entries).containsExactly(outside.resolve("marker"));
    }
    assertThat(outside.resolve("marker")).hasContent("host");
  }

  static Stream<Arguments> linksAtFixedPlaces() {
    return Stream.of(Caller.values())
        .flatMap(
            caller ->
                Stream.of("/dev", "/proc", "/sys")
                    .flatMap(
                        place ->
                            Stream.of("../../outside", "../outside", "tmp", "missing")
                                .map(target -> Arguments.of(caller, place, target))));
  }

  @ParameterizedTest
  @MethodSource("linksAtFixedPlaces")
  void linkInPlaceOfAKernelFilesystemIsRefused(Caller caller, String place, String target)
      throws IOException {
    BusyboxContainer container = container(caller);
    Path root = container.root();
    Files.createDirectories(root.resolve("tmp"));
    Files.createSymbolicLink(root.resolve(place.substring(1)), Path.of(target));
    Launcher.Result result = launcher.run(caller, container.shell("echo inside"));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.output()).isEmpty();
    assertThat(result.error())
        .startsWith("jrun: cannot mount ")
        .endsWith(
            " on " + place + ": the image has a symbolic link there, which could lead anywhere\n");
    assertOutsideIsUntouched();
  }

  private BusyboxContainer withLink(Caller caller, String name, String target) throws IOException {
    BusyboxContainer container = container(caller);
    Files.createSymbolicLink(container.root().resolve(name), Path.of(target));
    return container;
  }

  private LaunchStep bindTo(String target) throws IOException {
    Path host = Files.createDirectories(directory.resolve("volume"));
    Files.writeString(host.resolve("file"), "volume\n");
    return new MountStep.BindMount(
        host.toString(), target, true, ImmutableSet.of(MountFlag.READ_ONLY));
  }

  @ParameterizedTest
  @EnumSource
  void volumeBelowALinkThatLeadsOutStaysInside(Caller caller) throws IOException {
    // Each ".." at the container's root stays there, so this is /outside in the container.
    BusyboxContainer container = withLink(caller, "a", "/../../outside");
    Path inside = Files.createDirectories(container.root().resolve("outside"));
    if (!caller.isRoot()) {
      Launcher.run("chown", Caller.UID + ":" + Caller.GID, inside.toString());
    }
    Launcher.Result result =
        launcher.run(caller, container.before(bindTo("/a/b")).shell("busybox cat /outside/b/file"));
    assertThat(result).isEqualTo(new Launcher.Result(0, "volume\n", ""));
    assertOutsideIsUntouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "absolute", "through proc"})
  void nothingIsCreatedThroughALinkThatLeadsNowhere(String kind) throws IOException {
    String target =
        switch (kind) {
          case "relative" -> "../../../../../../../.." + outside;
          case "absolute" -> outside.toString();
          default -> "/proc/self/cwd";
        };
    for (LaunchStep step :
        new LaunchStep[] {
          bindTo("/a/b"),
          new MountStep.MakeDirectory("/a/b", 0755),
          new MountStep.MakeDirectory("/a", 0755),
          new MountStep.MakeSymlink("/a/b", "x"),
          MountStep.MakeDevice.character("/a/b", 0666, 1, 3)
        }) {
      BusyboxContainer container = withLink(Caller.ROOT, "a", target);
      Launcher.Result result =
          launcher.run(Caller.ROOT, container.before(step).shell("echo inside"));
      assertThat(result.status()).as("%s", step).isEqualTo(125);
      assertThat(result.output()).isEmpty();
      assertOutsideIsUntouched();
      Files.delete(container.root().resolve("a"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void workingDirectoryThroughADescriptorIsRefused(Caller caller) throws IOException {
    for (int descriptor = 0; descriptor <= 20; descriptor++) {
      String path = "/proc/self/fd/" + descriptor;
      Launcher.Result result =
          launcher.run(caller, container(caller).in(path).shell("busybox ls ."));
      assertThat(result.status()).as(path).isEqualTo(125);
      assertThat(result.output()).as(path).isEmpty();
      assertThat(result.error())
          .startsWith("jrun: cannot change to the working directory " + path + ": ");
    }
  }

  @Test
  void workingDirectoryThroughALinkToADescriptorIsRefused() throws IOException {
    BusyboxContainer container = withLink(Caller.ROOT, "work", "/proc/self/fd/3/../../..");
    Launcher.Result result = launcher.run(Caller.ROOT, container.in("/work").shell("busybox ls ."));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.output()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void workingDirectoryThatIsMissingIsCreatedInTheThrowAwayLayer(Caller caller) throws IOException {
    BusyboxContainer container = container(caller);
    Launcher.Result result =
        launcher.run(caller, container.in("/new/../new/deep").shell("busybox pwd"));
    assertThat(result).isEqualTo(new Launcher.Result(0, "/new/deep\n", ""));
    assertThat(container.root().resolve("new")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void masksDoNotUseTheImagesNullDevice(Caller caller) throws IOException {
    BusyboxContainer container = container(caller);
    Files.writeString(container.root().resolve("secret"), "secret");
    Launcher.Result result =
        launcher.run(
            caller,
            container
                .before(
                    new MountStep.MakeSymlink("/dev/nul", "/proc/sys/kernel/core_pattern"),
                    new MountStep.MaskPath("/secret"))
                .after(new MountStep.MaskPath("/proc/version"))
                .shell("busybox stat -c %t:%T /secret /proc/version; busybox cat /proc/version"));
    assertThat(result).isEqualTo(new Launcher.Result(0, "1:3\n1:3\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void theHostCannotBeReachedByLeavingTheRoot(Caller caller) throws IOException {
    Launcher.Result result =
        launcher.run(
            caller,
            container(caller)
                .shell("cd ../../../..; busybox ls -d \"$PWD" + outside + "\" 2>/dev/null; pwd"));
    assertThat(result).isEqualTo(new Launcher.Result(0, "/\n", ""));
  }
}
