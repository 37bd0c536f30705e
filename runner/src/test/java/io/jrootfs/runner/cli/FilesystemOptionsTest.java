package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be meant by the options about files, and what is said then: one whole sentence. */
class FilesystemOptionsTest {
  @TempDir static Path work;
  private static CommandLineRun run;

  @BeforeAll
  static void makeFiles() throws IOException {
    run = CommandLineRun.in(work);
    Files.createDirectories(work.resolve("dir"));
    Files.createFile(work.resolve("file"));
    Files.createSymbolicLink(work.resolve("loop"), Path.of("loop"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "-v dir:/x           | volume 'dir:/x': the host's path must start with '/' or '.'; there are no named volumes, did you mean './dir'?",
        "-v /dir             | volume '/dir': a volume is SRC:DST or SRC:DST:OPTIONS",
        "-v HERE/dir:x       | volume 'HERE/dir:x': the path inside the container must be absolute, such as /data",
        "-v HERE/dir:/       | volume 'HERE/dir:/': nothing can be mounted over the container's whole root",
        "-v HERE/dir:/a/../b | volume 'HERE/dir:/a/../b': the path inside the container must not use '..'",
        "-v HERE/dir:/proc   | volume 'HERE/dir:/proc': nothing can be mounted on or below /proc",
        "-v HERE/dir:/x:rox  | volume 'HERE/dir:/x:rox': unknown option 'rox'; there are ro, rw, nosuid, suid, nodev, dev, noexec, exec, rbind, bind, private, rprivate, slave, rslave, shared, rshared",
        "-v HERE/dir:/x:ro,rw | volume 'HERE/dir:/x:ro,rw': 'ro' and 'rw' contradict each other",
        "-v HERE/no:/x       | volume 'HERE/no:/x': 'HERE/no' does not exist; create it first",
        "-v HERE/loop:/x     | volume 'HERE/loop:/x': 'HERE/loop' cannot be reached: too many symbolic links",
        "-v HERE/file/x:/x   | volume 'HERE/file/x:/x': 'HERE/file/x' cannot be reached: Not a directory",
        "-v /proc/self/fd:/x | volume '/proc/self/fd:/x': '/proc/self/fd' leads into jrun's own part of /proc; name the file itself",
        "-v /dev/fd/0:/x     | volume '/dev/fd/0:/x': '/dev/fd/0' leads into jrun's own part of /proc; name the file itself",
        "-v HERE/dir:/x -v HERE/file:/x | mount on '/x': asked for twice; leave one of them out",
        "-v HERE/dir:/x --tmpfs /x      | mount on '/x': asked for twice; leave one of them out",
        "--tmpfs /x --mount type=tmpfs,target=/./x | mount on '/x': asked for twice; leave one of them out",
        "--mount type=bind,source=HERE/no,target=/x | mount 'type=bind,source=HERE/no,target=/x': 'HERE/no' does not exist; create it first",
        "--mount type=nfs    | mount 'type=nfs': unknown type 'nfs'; there are bind, tmpfs",
        "--tmpfs /x:size=big | tmpfs '/x:size=big': 'big' is no size; an example is size=64m",
        "--tmpfs /x:size=99999999999999999999 | tmpfs '/x:size=99999999999999999999': '99999999999999999999' is no size; an example is size=64m",
        "--tmpfs /x:mode=8   | tmpfs '/x:mode=8': '8' is no mode; an example is mode=1777",
        "--tmpfs /x:nr_inodes=-1 | tmpfs '/x:nr_inodes=-1': '-1' is no nr_inodes; an example is nr_inodes=10k",
        "--tmpfs /x:ro,ro    | tmpfs '/x:ro,ro': 'ro' is given twice",
        "--shm-size -1       | --shm-size: '-1' is no size; write a number of bytes or one with k, m, g or t, as in 64m; see 'jrun --help'",
        "--shm-size 8388608t | --shm-size: '8388608t' is more than the kernel can count; see 'jrun --help'",
        "--shm-size 1m --ipc host | shared memory of 1048576 bytes: cannot be had with '--ipc host', where /dev/shm is not the container's own; leave one out",
        "--shm-size 1m --ipc none | shared memory of 1048576 bytes: cannot be had with '--ipc none', where /dev/shm is not the container's own; leave one out",
        "--shm-size 1m --tmpfs /dev/shm | mount on '/dev/shm': takes the place of what --shm-size is about; leave one out",
        "--read-only-tmpfs   | --read-only-tmpfs is about --read-only, which is missing; see 'jrun --help'",
        "--device dev/null   | device 'dev/null': the host's path must be absolute, such as /dev/fuse",
        "--device /dev/null:x:r | device '/dev/null:x:r': the path inside the container must be absolute, such as /dev/fuse",
        "--device /dev/null:q | device '/dev/null:q': 'q' is no access; write letters of rwm, as in rw",
        "--device /dev/null:/proc/x | device '/dev/null:/proc/x': nothing can be mounted on or below /proc",
        "--device HERE/no    | device 'HERE/no': 'HERE/no' does not exist",
        "--device HERE/file  | device 'HERE/file': 'HERE/file' is no device; --volume shows any file of the host",
        "--device HERE/dir   | device 'HERE/dir': 'HERE/dir' holds no device",
        "--device /dev/zero:/dev/x --device /dev/full:/dev/x | device '/dev/x': asked for twice; leave one of them out",
        "--device /dev/zero:/dev/ptmx     | device '/dev/ptmx': every container has a link there; give it another place",
        "--device /dev/zero:/dev/pts/x    | device '/dev/pts/x': would be hidden by what is mounted on /dev/pts; give it another place",
        "--device /dev/zero:/dev/shm      | device '/dev/shm': would be hidden by what is mounted on /dev/shm; give it another place",
        "--device /dev/zero:/sys/x        | device '/sys/x': would be hidden by what is mounted on /sys; give it another place",
        "--device /dev/zero:/x/y --tmpfs /x | device '/x/y': would be hidden by what is mounted on /x; give it another place",
        "--device /dev/zero:/run/x --read-only | device '/run/x': would be hidden by what is mounted on /run; give it another place",
        "-t --device /dev/zero:/dev/console | device '/dev/console': the container's terminal is there; leave one of them out",
        "-w x                | working directory 'x': must be absolute, such as '/x'",
      })
  void whatCannotBeMeantIsOneSentence(String options, String sentence) throws IOException {
    String[] arguments =
        Stream.of((options + " ROOT sh").split(" +"))
            .map(word -> word.replace("ROOT", run.rootfs().toString()))
            .map(word -> word.replace("HERE", work.toString()))
            .toArray(String[]::new);
    assertThat(run.jrun(arguments))
        .isEqualTo(
            new CommandLineRun.Result(
                125, "", "jrun: " + sentence.replace("HERE", work.toString()) + "\n"));
    assertThat(run.plan()).isEmptyFile();
  }
}
