package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.registry.LoopbackRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a push or a pull is, for whoever watches it. */
class RegistryProgressTest {
  private static final String LINE_AGAIN = "\r\u001b[K";

  @TempDir Path work;
  private LoopbackRegistry registry;
  private Path image;
  private String layer;

  @BeforeEach
  void build() throws Exception {
    registry = LoopbackRegistry.open(work);
    image = work.resolve("image.tar");
    assertThat(Invocation.of("rootfs", "-q", "--add", "bash", "-o", image.toString()).status())
        .isZero();
    String inspected = Invocation.of("inspect", "--json", image.toString()).out();
    layer = inspected.replaceFirst("(?s).*\"layers\".*?\"digest\" *: *\"(sha256:.{12}).*", "$1");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static String watched(boolean isTerminal, String... arguments) {
    StringWriter err = new StringWriter();
    int status =
        Jbuild.run(
            ImmutableList.copyOf(arguments),
            new Console(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                Invocation.ENVIRONMENT,
                isTerminal));
    assertThat(status).as(err.toString()).isZero();
    return err.toString();
  }

  private List<String> bars(String... arguments) {
    return Splitter.on(LINE_AGAIN).omitEmptyStrings().splitToList(watched(true, arguments));
  }

  @Test
  void aTerminalHasABarForEachBlobWhichIsGoneInTheEnd() {
    List<String> pushed = bars("push", image.toString(), registry.name("x:1"));
    assertThat(pushed)
        .startsWith("[........................]   0% pushing " + layer)
        .contains("[########################] 100% pushing " + layer);
    assertThat(pushed.get(pushed.size() - 1)).startsWith("pushed " + registry.name("x:1"));

    List<String> pulled =
        bars("pull", registry.name("x:1"), "-o", work.resolve("pulled.tar").toString());
    assertThat(pulled)
        .contains(
            "[........................]   0% pulling " + layer,
            "[########################] 100% pulling " + layer);
    assertThat(pulled.get(pulled.size() - 1)).startsWith(work + "/pulled.tar: ");
  }

  @Test
  void whateverElseHasALineForEachBlob() {
    assertThat(watched(false, "push", image.toString(), registry.name("x:1")).lines())
        .hasSize(3)
        .startsWith("pushing " + layer);
    assertThat(watched(false, "push", image.toString(), registry.name("x:2")).lines())
        .as("nothing is sent")
        .hasSize(1);
  }

  @Test
  void theBaseOfAnImageIsSeenToComeToo() {
    assertThat(watched(false, "push", "-q", image.toString(), registry.name("x:1"))).isEmpty();
    String[] build = {
      "rootfs", "--from", registry.name("x:1"), "-o", work.resolve("upon.tar").toString()
    };
    List<String> bars = bars(build);
    assertThat(bars)
        .contains(
            "[........................]   0% pulling " + layer,
            "[########################] 100% pulling " + layer);
    assertThat(bars.get(bars.size() - 1)).startsWith(work + "/upon.tar: ");
    assertThat(watched(false, build).lines())
        .as("two blobs, and what was made with its three digests")
        .hasSize(6)
        .containsOnlyOnce("pulling " + layer)
        .noneMatch(line -> line.contains("%"));
  }

  @Test
  void programsReadHowManyBytesHaveGone() {
    List<String> lines =
        watched(false, "push", "--progress", "json", image.toString(), registry.name("x:1"))
            .lines()
            .toList();
    assertThat(lines.get(0))
        .matches("\\{\"stage\":\"pushing " + layer + "\",\"done\":0,\"total\":[0-9]+}");
    String total = lines.get(0).replaceFirst(".*:([0-9]+)}", "$1");
    assertThat(lines)
        .contains(
            "{\"stage\":\"pushing %s\",\"done\":%s,\"total\":%s}".formatted(layer, total, total));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-q", "--progress=none"})
  void nothingIsShownToWhoWantsNothing(String option) {
    assertThat(watched(true, "push", option, image.toString(), registry.name("x:1")))
        .doesNotContain("pushing", "\u001b");
  }
}
