package io.jrootfs.runner.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Debian's kernel on an emulated computer that shares the host's file tree, by virtiofs: what runs
 * inside is the host's programs under another kernel with cgroup v2. Nothing it writes comes back
 * but the report.
 *
 * @param programs where the parts are
 * @param directory an empty one for its files
 */
record VirtualMachine(Programs programs, Path directory) {
  private static final Path SCRIPTS = Path.of("src/test/sh/machine").toAbsolutePath();
  private static final long SCRATCH_BYTES = 2L << 30;
  private static final int TAIL_LINES = 60;

  /**
   * What it is made of.
   *
   * @param qemu the emulator
   * @param virtiofsd shares a directory with it; the first that exists
   * @param boot the directory with Debian's kernel for clouds
   */
  record Programs(Path qemu, ImmutableList<Path> virtiofsd, Path boot) {
    /** Where Debian has them; virtiofsd is a package of its own, elsewhere, since Debian 13. */
    static final Programs DEBIAN =
        new Programs(
            Path.of("/usr/bin/qemu-system-x86_64"),
            ImmutableList.of(Path.of("/usr/lib/qemu/virtiofsd"), Path.of("/usr/libexec/virtiofsd")),
            Path.of("/boot"));
  }

  /**
   * How a run ended.
   *
   * @param console what kernel and programs printed
   * @param report what the command wrote to the second serial port
   * @param end how the emulator ended, the rest of a sentence about it
   */
  record Run(String console, String report, String end) {
    /** The end of the console, for the message of a failure. */
    String tail() {
      List<String> lines = console.replace("\r", "").lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
  }

  /**
   * Boots, runs a command as root in the current directory, with {@code /dev/ttyS1} to report to,
   * and ends. A machine that still runs after the limit is killed.
   */
  Run run(Duration limit, List<String> command) throws IOException, InterruptedException {
    Path qemu = installed(ImmutableList.of(programs.qemu()), "qemu-system-x86");
    Path virtiofsd = installed(programs.virtiofsd(), "qemu-system-common or virtiofsd");
    Initramfs initramfs = Initramfs.of(programs.boot(), SCRIPTS, directory);
    Files.writeString(directory.resolve("command"), script(command));
    Process share = start(share(virtiofsd));
    try {
      awaitSocket(share);
      Process machine = start(emulator(qemu, initramfs));
      try {
        String end =
            machine.waitFor(limit.toSeconds(), TimeUnit.SECONDS)
                ? "ended with status " + machine.exitValue()
                : "was still running after " + limit.toSeconds() + " s";
        machine.destroyForcibly().waitFor();
        return new Run(text("console") + text("log"), text("report"), end);
      } finally {
        machine.destroyForcibly();
      }
    } finally {
      share.destroyForcibly();
    }
  }

  private static Path installed(ImmutableList<Path> places, String debianPackage) {
    return places.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> missing(places.get(0), debianPackage));
  }

  static AssertionError missing(Path what, String debianPackage) {
    return new AssertionError(
        "the virtual machine needs %s, which does not exist; install Debian's %s"
            .formatted(what, debianPackage));
  }

  private static String script(List<String> command) {
    return "cd %s && exec %s\n"
        .formatted(
            quoted(System.getProperty("user.dir")),
            command.stream().map(VirtualMachine::quoted).collect(Collectors.joining(" ")));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private ImmutableList<String> share(Path virtiofsd) {
    return ImmutableList.of(
        virtiofsd.toString(),
        "-f",
        "--socket-path=" + directory.resolve("socket"),
        "-o",
        // The other sandbox pivots into what it shares, and nothing can pivot into the root.
        "source=/,sandbox=chroot,cache=always,log_level=warn");
  }

  private ImmutableList<String> emulator(Path qemu, Initramfs initramfs)
      throws IOException, InterruptedException {
    return ImmutableList.<String>builder()
        .add(qemu.toString(), "-nodefaults", "-no-user-config", "-display", "none")
        // One thread for both processors costs less than keeping two in step.
        .add("-machine", "q35,memory-backend=memory", "-accel", "tcg,thread=single", "-smp", "2")
        .add("-m", "2G", "-object", "memory-backend-memfd,id=memory,size=2G,share=on")
        .add("-chardev", "socket,id=share,path=" + directory.resolve("socket"))
        .add("-device", "vhost-user-fs-pci,chardev=share,tag=host")
        .add("-drive", "if=virtio,format=raw,cache=unsafe,file=" + scratchDisk())
        .add("-serial", "file:" + directory.resolve("console"))
        .add("-serial", "file:" + directory.resolve("report"))
        .add("-kernel", initramfs.kernel().toString(), "-initrd", initramfs.archive().toString())
        // A panic restarts at once, and a restart ends the emulator. What the kernel does not know
        // of its command line becomes the environment of init.
        .add("-no-reboot", "-append")
        .add(
            "console=ttyS0 quiet panic=-1 machine_scripts=%s machine_directory=%s"
                .formatted(SCRIPTS, directory))
        .build();
  }

  private Path scratchDisk() throws IOException, InterruptedException {
    Path disk = directory.resolve("scratch");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(SCRATCH_BYTES);
    }
    check("/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", disk.toString());
    return disk;
  }

  /** Starts a program that the kernel kills should we die first. */
  private Process start(List<String> command) throws IOException {
    List<String> guarded = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
    guarded.addAll(command);
    return new ProcessBuilder(guarded)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
  }

  private void awaitSocket(Process share) throws IOException, InterruptedException {
    while (!Files.exists(directory.resolve("socket"))) {
      if (share.waitFor(10, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("virtiofsd ended before the machine started: " + text("log"));
      }
    }
  }

  static void check(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + said);
    }
  }

  /** A file that may not have come into being. */
  private String text(String name) throws IOException {
    Path file = directory.resolve(name);
    return Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : "";
  }
}
