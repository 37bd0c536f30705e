package io.jrootfs.runner.seccomp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The library that makes the filters of runc, podman and docker. */
final class Libseccomp {
  /** SCMP_ARCH_* of seccomp.h. */
  private static final ImmutableMap<Abi, Long> TOKENS =
      ImmutableMap.of(
          Abi.X86_64, 0xc000003eL,
          Abi.X86, 0x40000003L,
          Abi.X32, 0x4000003eL,
          Abi.AARCH64, 0xc00000b7L,
          Abi.ARM, 0x40000028L);

  private final Path directory;
  private final Path program;

  Libseccomp(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    program = directory.resolve("libseccomp_filter");
    run(
        List.of(
            "cc",
            "-Wall",
            "-Werror",
            "-o",
            program.toString(),
            Path.of("src/test/c/libseccomp_filter.c").toString(),
            "-lseccomp"),
        "");
  }

  /**
   * A filter.
   *
   * @param unknown names that libseccomp does not know
   */
  record Made(Bpf filter, ImmutableSet<String> unknown) {}

  /** Makes a filter of a profile in the way that runc does. */
  Made filter(
      SeccompProfile profile, Machine machine, ImmutableSet<String> bounding, KernelVersion kernel)
      throws IOException, InterruptedException {
    StringBuilder words = new StringBuilder();
    words.append("default ").append(word(profile.defaultAction())).append('\n');
    for (Abi abi : machine.abis()) {
      if (abi == machine.nativeAbi() || profile.abis().contains(abi)) {
        words.append("arch ").append(TOKENS.get(abi)).append('\n');
      }
    }
    for (SyscallRule rule : profile.rules()) {
      if (rule.includes().includes(machine, bounding, kernel)
          && !rule.excludes().excludes(machine, bounding, kernel)
          && !rule.action().equals(profile.defaultAction())) {
        rule(words, rule);
      }
    }
    Output output = run(List.of(program.toString()), words.toString());
    return new Made(Bpf.of(output.out()), ImmutableSet.copyOf(output.err().lines().toList()));
  }

  private static void rule(StringBuilder words, SyscallRule rule) {
    for (String name : rule.names()) {
      for (ImmutableList<ArgumentTest> tests : rule.alternatives()) {
        words.append("rule ").append(word(rule.action())).append(' ').append(name);
        words.append(' ').append(tests.size());
        for (ArgumentTest test : tests) {
          // enum scmp_compare: NE is 1, and ours stand in the same order.
          words.append(
              " %d %d %s %s"
                  .formatted(
                      test.index(),
                      Arrays.asList(ArgumentTest.Operator.values()).indexOf(test.operator()) + 1,
                      Long.toUnsignedString(test.value()),
                      Long.toUnsignedString(test.valueTwo())));
        }
        words.append('\n');
      }
    }
  }

  private static String word(Action action) {
    return Integer.toUnsignedString(action.returnValue());
  }

  /** Numbers of calls; negative where there is none. */
  ImmutableList<Integer> numbers(Abi abi, List<String> names)
      throws IOException, InterruptedException {
    String words =
        names.stream()
            .map(name -> "number " + TOKENS.get(abi) + " " + name + "\n")
            .collect(Collectors.joining());
    return new String(run(List.of(program.toString()), words).out(), US_ASCII)
        .lines()
        .map(Integer::valueOf)
        .collect(ImmutableList.toImmutableList());
  }

  @SuppressWarnings("ArrayRecordComponent") // read once, where it is made
  private record Output(byte[] out, String err) {}

  private Output run(List<String> command, String input) throws IOException, InterruptedException {
    Path in = Files.writeString(directory.resolve("in"), input);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    int status =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError(command + ": " + status + ": " + Files.readString(err));
    }
    return new Output(Files.readAllBytes(out), Files.readString(err));
  }
}
