package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts are executed, and {@code env} says which program it takes from their first line. */
class EnvOracleTest {
  /** Said with {@code -v}, the name in quotes of the shell if it needs any. */
  private static final Pattern EXECUTING = Pattern.compile("(?m)^executing: (\\S+)$");

  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-v",
        "-vS bash -c :",
        "-vS  bash\t-c :",
        "-vSbash -c :",
        "-S -v bash -c :",
        "-S -vS\"bash\" -c :",
        "-S -vS 'bash -c' :",
        "-vS ba\"sh\" -c :",
        "-vS 'ba'sh -c :",
        "-vS bash\\_-c\\_:",
        "-vS \"bash\" \"-c\" :",
        "-vS A=1 B=2 bash -c :",
        "-vS A=\"1 2\" bash -c :",
        "-vS -u HOME bash -c :",
        "-vS -uHOME bash -c :",
        "-vS -i bash -c :",
        "-vS - bash -c :",
        "-vS -- bash -c :",
        "-vS --unset HOME bash -c :",
        "-vS --unset=HOME bash -c :",
        "-vS --uns=HOME bash -c :",
        "-vS -C / bash -c :",
        "-vS --chdir=/ bash -c :",
        "-S --debug --split-string=bash bash -c :",
        "-S --debug --split bash bash -c :",
        "-vS bash -c : # no word",
        "-vS #bash -c :",
        "-vS bash\\c -c :",
        "-vS bash\\x -c :",
        "-vS bash\\",
        "-vS 'bash",
        "-vS \"bash\\c\"",
        "-vS A=\\#\\$\\'\\\"\\\\ bash -c :",
        "-vS A='\\a' bash -c :",
        "-vS",
      })
  void theProgramIsTheOneThatEnvExecutes(String argument) throws Exception {
    Path script = work.resolve("script");
    executable(script, "#!/usr/bin/env " + argument + "\n:\n");
    Path said = work.resolve("said");
    new ProcessBuilder("timeout", "10", script.toString())
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start()
        .waitFor();

    Matcher executing = EXECUTING.matcher(Files.readString(said));
    Optional<String> theirs = executing.find() ? Optional.of(executing.group(1)) : Optional.empty();
    Shebang ours =
        Shebang.parse(Files.readString(script).getBytes(StandardCharsets.UTF_8)).orElseThrow();
    // Without a program of its own, env takes the script for it, and that is no end.
    Optional<String> expected = theirs.filter(name -> !name.equals(script.toString()));
    Optional<EnvStart> start = ours.env("/usr/bin:/bin").filter(it -> it.obstacle().isEmpty());
    assertThat(start.map(EnvStart::program)).isEqualTo(expected);
  }

  /** {@code @} stands for the directory that the tools are below. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tool",
        "-S PATH=@/b:@/a tool",
        "-S PATH=\"@/b:${PATH}\" tool",
        "-S PATH=${PATH}:@/b tool",
        "-S -i PATH=@/b tool",
        "-S -i tool",
        "-S - tool",
        "-S -u PATH tool",
        "-S -u PATH PATH=@/b tool",
        "-S -uPATH only-here",
        "-S -C @/b ./tool",
        "-S --chdir=@/b a/tool",
        "-S -C @ b/tool",
        "-S -C @ PATH=b tool",
        "-S -C @/b PATH= tool",
        "-S -C @/b PATH=:@/a tool",
        "-S -C @/none @/a/tool",
        "-S @/b/tool",
        "-S PATH=@/c:@/b tool",
        "-S --block-signal=INT --ignore-signal tool",
        "-S -i -u A=1 PATH=@/b tool",
        "-S -u A=1 tool",
        "-S - -v tool",
        "-S -z tool",
        "-S -0 tool",
        "-S --help tool",
      })
  void theFileIsTheOneThatEnvFinds(String argument) throws Exception {
    for (String tool : List.of("a/tool", "b/tool", "b/a/tool", "b/only-here")) {
      executable(work.resolve(tool), "#!/bin/sh\n/usr/bin/readlink -f \"$0\"\n");
    }
    Files.createDirectory(work.resolve("c"));
    Files.writeString(work.resolve("c/tool"), "not executable");
    Path script = work.resolve("script");
    executable(script, "#!/usr/bin/env " + argument.replace("@", work.toString()) + "\n");
    String path = work + "/a:" + work + "/b:/usr/bin";
    Path said = work.resolve("said");
    ProcessBuilder start =
        new ProcessBuilder("timeout", "10", script.toString())
            .directory(work.resolve("c").toFile())
            .redirectOutput(said.toFile());
    start.environment().put("PATH", path);
    int status = start.start().waitFor();

    String theirs = status == 0 ? Files.readString(said).strip() : "";
    Sysroot sysroot = Sysroot.of(Path.of("/"));
    Closure closure =
        new ClosureResolver(sysroot, ProgramFinder.searchPath(path))
            .resolve(List.of(new Program("script", SysrootPath.of(script.toString()))));
    String ours =
        closure.nodes().keySet().stream()
            .map(SysrootPath::value)
            .filter(it -> it.startsWith(work + "/") && !it.equals(script.toString()))
            .collect(Collectors.joining());
    boolean isTold =
        !closure.isComplete() || closure.advice().stream().anyMatch(it -> it.topic().equals("env"));
    if (theirs.startsWith("/")) {
      assertThat(ours).isEqualTo(theirs);
    } else {
      assertThat(isTold).as("nothing was started, and that is told").isTrue();
    }
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
