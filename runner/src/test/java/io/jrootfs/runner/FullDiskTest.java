package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Records on a disk that gets full, or is. */
class FullDiskTest extends LiveTest {

  /** A script with {@code $jrun}, {@code $image} and the records on 1 MiB of their own. */
  private Result onSmallDisk(String script) throws IOException, InterruptedException {
    Path records = Files.createDirectories(containers.records(Caller.ROOT));
    return Caller.ROOT.execute(
        work,
        ImmutableList.of(
            "env",
            "JRUN_STATE_DIR=" + records,
            "jrun=" + installation.jrun(),
            "image=" + image,
            "unshare",
            "--mount",
            "sh",
            "-uc",
            "mount -t tmpfs -o size=1m,mode=700 tmpfs $JRUN_STATE_DIR || exit; " + script));
  }

  @Test
  void endIsKnownOfOneWhoseLogHasFilledTheDisk() throws Exception {
    Result result =
        onSmallDisk(
            """
            $jrun -d --name=full $image sh -c 'seq 100000 129999; exit 5' >/dev/null
            $jrun wait full
            $jrun ps -a --format '{{.State}} {{.ExitCode}}'
            $jrun logs full >$JRUN_STATE_DIR/../said
            head -n 2 $JRUN_STATE_DIR/../said
            lines=$(grep -cx '[0-9]\\{6\\}' $JRUN_STATE_DIR/../said)
            $jrun logs -q full 2>&1 >/dev/null
            $jrun logs full 2>&1 >/dev/null | sed "s/$((30000 - lines)) lines/ALL OTHER LINES/"
            $jrun rm full
            ls -A $JRUN_STATE_DIR
            """);
    String missing = " are missing here: there was no room for them in ";
    String place = containers.records(Caller.ROOT).resolve("full").toString();
    assertThat(result.out())
        .isEqualTo(
            "5\nexited 5\n100000\n100001\njrun: container 'full': ALL OTHER LINES"
                + missing
                + place
                + "\nfull\n");
    assertThat(result.err()).matches("jrun: container 'full': \\d+ lines" + missing + place + "\n");
  }

  /** Whatever step the room ends at. */
  @Test
  void containerThatHasNoRoomForItsRecordIsNotStartedAndLeavesNothing() throws Exception {
    Result result =
        onSmallDisk(
            """
            for free in 0 36 40 44 48; do for how in --rm -d; do
              head -c $(((1024 - free) * 1024)) /dev/zero >$JRUN_STATE_DIR/.filler 2>/dev/null
              $jrun $how --name=x $image true 2>&1 >/dev/null
              status=$?
              [ $how = --rm ] || [ $status != 0 ] || { $jrun wait x; $jrun rm x; } >/dev/null
              echo $how $status $(ls $JRUN_STATE_DIR)
            done; done
            """);
    String room = "; make room there, or have JRUN_STATE_DIR name another directory";
    Path records = containers.records(Caller.ROOT);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith(
            """
            jrun: cannot write the container's record in %s: No space left on device%s
            --rm 125
            jrun: cannot write the container's record in %s: No space left on device%s
            -d 125
            """
                .formatted(records, room, records, room));
    assertThat(result.out().lines())
        .allMatch(
            line ->
                line.equals("--rm 0")
                    || line.equals("-d 0")
                    || line.equals("--rm 125")
                    || line.equals("-d 125")
                    || line.matches("jrun: cannot [^;]* " + records + "[^;]*: No space left.*"));
    assertThat(result.out().lines()).filteredOn(line -> line.endsWith(" 125")).hasSizeLessThan(10);
  }
}
