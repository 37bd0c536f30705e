package io.jrootfs.runner;

import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What tests of commands on containers that run have in common: each its own containers. */
abstract class LiveTest {
  @TempDir static Path work;
  static Installation installation;
  static Path rootfs;
  static Path image;

  LivingContainers containers;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    Images.check(
        rootfs,
        "cd bin; for p in dd head ln mkfifo ps seq stty true tty yes; do ln -s busybox $p; done");
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  @BeforeEach
  void nameState(TestInfo test) {
    containers =
        new LivingContainers(
            installation, work, "state-" + test.getTestMethod().orElseThrow().getName());
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    containers.removeAll();
  }

  Result jrun(Caller caller, String... arguments) throws Exception {
    return containers.jrun(caller, arguments);
  }

  String output(Caller caller, String... arguments) throws Exception {
    return containers.output(caller, arguments);
  }

  /** Leaves a container in the background whose first process is a shell. */
  void start(Caller caller, String name, String script, String... options) throws Exception {
    output(
        caller,
        Stream.of(
                Stream.of("-d", "--name=" + name),
                Stream.of(options),
                Stream.of(image.toString(), "sh", "-c", script))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }

  /** The number of a container's first process. */
  String pid(Caller caller, String name) throws Exception {
    return containers.field(caller, name, "pid");
  }
}
