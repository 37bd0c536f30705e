package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often {@code jbuild inspect} reads what is large; witness: strace. */
class InspectionReadsTest {
  private static final Pattern READ = Pattern.compile("\\b(?:pread64|read)\\(.* = (\\d+)$");

  @TempDir Path work;

  @Test
  void aPageReadsTheLayerOnce() throws IOException {
    Path layer = layerOfImage();

    Path trace = work.resolve("trace");
    String[] strace = {"strace", "-f", "-qq", "-P", layer.toString(), "-o", trace.toString()};
    List<String> inspect =
        ProgramRun.words(
            "inspect", "--html=" + work.resolve("page.html"), "" + work.resolve("copy"));
    ExternalTool.run(
        work, Stream.concat(Stream.of(strace), inspect.stream()).toArray(String[]::new));

    assertThat(work.resolve("page.html")).content().contains("/srv");
    long read = Files.readAllLines(trace).stream().mapToLong(InspectionReadsTest::bytesRead).sum();
    // A few bytes more tell the compression.
    assertThat(read).isBetween(Files.size(layer), Files.size(layer) * 3 / 2);
  }

  /** The blob of the largest layer of a layout, whose content does not compress. */
  private Path layerOfImage() throws IOException {
    ExternalTool.shell(work, "mkdir tree foreign; head -c 1000000 /dev/urandom >tree/noise");
    Path image = work.resolve("image.tar");
    assertThat(
            Invocation.of(
                "rootfs", "-q", "--copy=" + work.resolve("tree") + ":/srv", "-o", "" + image))
        .isEqualTo(new Invocation(0, "", ""));
    new ForeignTool(work.resolve("foreign"))
        .skopeo("copy", "oci-archive:" + image, "oci:" + work.resolve("copy"));
    return Path.of(ExternalTool.shell(work, "find \"$PWD/copy\" -type f -size +500k").strip());
  }

  private static long bytesRead(String call) {
    Matcher read = READ.matcher(call);
    return read.find() ? Long.parseLong(read.group(1)) : 0;
  }
}
