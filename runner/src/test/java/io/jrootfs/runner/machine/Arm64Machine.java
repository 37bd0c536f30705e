package io.jrootfs.runner.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An emulated arm64 computer with Debian's kernel and a file tree in memory; it needs two seconds.
 *
 * @param packages where the programs for it were unpacked
 */
public record Arm64Machine(Path packages) {
  private static final Path SCRIPTS = Path.of("src/test/sh/machine").toAbsolutePath();

  /** A hang is a failure. */
  private static final long LIMIT_SECONDS = 300;

  /**
   * Fetches what it needs.
   *
   * @param directory an empty one
   */
  public static Arm64Machine in(Path directory) throws IOException, InterruptedException {
    VirtualMachine.check("sh", SCRIPTS.resolve("fetch-arm64").toString(), directory.toString());
    return new Arm64Machine(directory.resolve("root"));
  }

  /** Its shell and other programs, in one. */
  public Path busybox() {
    return packages.resolve("bin/busybox");
  }

  /**
   * Boots with a file tree and runs a shell script in it as root.
   *
   * @param tree of programs for arm64, without {@code /bin/busybox}
   * @param work an empty directory
   * @return what was printed, with a last line {@code status NUMBER}
   */
  public String run(Path tree, String script, Path work) throws IOException, InterruptedException {
    Path initramfs = Files.createDirectory(work.resolve("initramfs"));
    Files.createDirectories(initramfs.resolve("bin"));
    Files.createDirectories(initramfs.resolve("new"));
    Files.createDirectories(initramfs.resolve("proc"));
    Files.copy(busybox(), initramfs.resolve("bin/busybox"));
    Files.copy(SCRIPTS.resolve("arm64-init"), initramfs.resolve("init"));
    Files.copy(one("overlay.ko"), initramfs.resolve("overlay.ko"));
    VirtualMachine.check("chmod", "755", initramfs.resolve("init").toString());
    VirtualMachine.check("cp", "-a", tree.toString(), initramfs.resolve("tree").toString());
    Path bin = Files.createDirectories(initramfs.resolve("tree/bin"));
    Files.copy(busybox(), bin.resolve("busybox"));
    for (String name : ImmutableList.of("sh", "mount", "poweroff")) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    Files.writeString(initramfs.resolve("tree/script"), script);
    Path archive = work.resolve("initramfs.cpio");
    VirtualMachine.check(
        "bsdtar", "--format=newc", "-cf", archive.toString(), "-C", initramfs.toString(), ".");
    return boot(archive, work.resolve("console"));
  }

  private String boot(Path initramfs, Path console) throws IOException, InterruptedException {
    Process machine =
        new ProcessBuilder(
                "qemu-system-aarch64",
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-machine",
                "virt",
                "-cpu",
                "cortex-a57",
                "-accel",
                "tcg",
                "-m",
                "512M",
                "-serial",
                "file:" + console,
                "-kernel",
                one("vmlinuz-").toString(),
                "-initrd",
                initramfs.toString(),
                "-no-reboot",
                "-append",
                "console=ttyAMA0 quiet panic=-1")
            .redirectErrorStream(true)
            .redirectOutput(console.resolveSibling("log").toFile())
            .start();
    boolean ended = machine.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    machine.destroyForcibly().waitFor();
    String said = Files.exists(console) ? Files.readString(console, UTF_8).replace("\r", "") : "";
    if (!ended || !said.contains("\nstatus ")) {
      throw new AssertionError(
          "the arm64 machine has not run its script: "
              + Files.readString(console.resolveSibling("log"), UTF_8)
              + said);
    }
    return said.substring(0, said.indexOf('\n', said.indexOf("\nstatus ") + 1) + 1);
  }

  private Path one(String name) throws IOException {
    try (Stream<Path> files = Files.walk(packages)) {
      return Iterables.getOnlyElement(
          files.filter(file -> file.getFileName().toString().startsWith(name)).toList());
    }
  }
}
