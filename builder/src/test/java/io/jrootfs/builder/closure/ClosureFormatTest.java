package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosureFormatTest {
  @TempDir Path directory;
  private Closure closure;

  @BeforeEach
  void twoProgramsAndACircleOfLibraries() throws Exception {
    closure =
        SysrootFixture.glibc(directory)
            .symlink("/bin", "usr/bin")
            .elf("/usr/bin/one", program().needs("liba.so").rpath("/opt"))
            .elf("/usr/bin/two", program().needs("libb.so", "libgone\n.so").runPath("/opt"))
            .symlink("/opt/liba.so", "liba.so.1")
            .elf("/opt/liba.so.1", sharedObject().needs("libb.so").runPath("$ORIGIN"))
            .elf("/opt/libb.so", sharedObject().needs("liba.so").runPath("$ORIGIN"))
            .closureOf("/bin/one", "two");
  }

  @Test
  void theTreeTellsRuleAndLinksAndShowsEverySubtreeOnce() {
    assertThat(ClosureFormat.TREE.render(closure))
        .isEqualTo(
            """
            /bin/one [requested] via /bin -> usr/bin
              /lib64/ld-linux-x86-64.so.2 [program interpreter]
              liba.so => /opt/liba.so [rpath of /usr/bin/one] via /opt/liba.so -> liba.so.1
                libb.so => /opt/libb.so [run path]
                  liba.so => /opt/liba.so [run path] via /opt/liba.so -> liba.so.1 (shown above)
            two => /usr/bin/two [requested]
              libgone\\x0a.so => MISSING
                searched /opt (run path)
                searched /etc/ld.so.cache (ld.so.cache: absent)
                searched /lib/x86_64-linux-gnu (default path)
                searched /usr/lib/x86_64-linux-gnu (default path)
                searched /lib (default path)
                searched /usr/lib (default path)
              /lib64/ld-linux-x86-64.so.2 [program interpreter]
              libb.so => /opt/libb.so [run path] (shown above)
            """);
  }

  @Test
  void theListHoldsEveryFileAndLinkOnce() {
    assertThat(ClosureFormat.LIST.render(closure))
        .isEqualTo(
            """
            /bin
            /lib64/ld-linux-x86-64.so.2
            /opt/liba.so
            /opt/liba.so.1
            /opt/libb.so
            /usr/bin/one
            /usr/bin/two
            """);
  }

  @Test
  void theJsonHoldsEverything() throws Exception {
    String text = ClosureFormat.JSON.render(closure);
    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(text).endsWith("}\n").doesNotContain("\r");
    assertThat(json.get("programs")).hasSize(2);
    assertThat(json.get("nodes")).hasSize(closure.nodes().size());
    assertThat(json.get("edges")).hasSize(closure.edges().size());
    assertThat(json.at("/programs/0").toString())
        .isEqualTo("{\"name\":\"/bin/one\",\"path\":\"/bin/one\"}");
    assertThat(json.at("/nodes/0").toString())
        .isEqualTo("{\"path\":\"/lib64/ld-linux-x86-64.so.2\",\"kind\":\"program interpreter\"}");
    assertThat(json.at("/edges/2").toString())
        .isEqualTo(
            "{\"from\":\"/usr/bin/one\",\"requested\":\"liba.so\",\"found\":\"/opt/liba.so\","
                + "\"path\":\"/opt/liba.so.1\","
                + "\"links\":[{\"link\":\"/opt/liba.so\",\"target\":\"liba.so.1\"}],"
                + "\"foundBy\":\"rpath\",\"rpathOf\":\"/usr/bin/one\"}");
    assertThat(json.at("/missing/0/requested").asText()).isEqualTo("libgone\n.so");
    assertThat(json.at("/missing/0/searched/1").toString())
        .isEqualTo(
            "{\"place\":\"/etc/ld.so.cache\",\"foundBy\":\"ld.so.cache\",\"passedOver\":\"absent\"}");
  }

  @Test
  void theJsonHoldsAdviceAndTheLibrariesItIsAbout() throws Exception {
    Advice advice =
        new Advice(
            "dlopen",
            ImmutableList.of(SysrootPath.of("/usr/bin/one")),
            "why",
            Optional.of("what to do"),
            ImmutableSortedMap.of(
                "liba.so", Optional.of(SysrootPath.of("/opt/liba.so.1")),
                "libx.so", Optional.empty()));
    String text = ClosureFormat.JSON.render(closure.with(ImmutableList.of(advice)));
    assertThat(new ObjectMapper().readTree(text).at("/advice/0").toString())
        .isEqualTo(
            "{\"topic\":\"dlopen\",\"files\":[\"/usr/bin/one\"],\"reason\":\"why\","
                + "\"remedy\":\"what to do\",\"names\":["
                + "{\"name\":\"liba.so\",\"path\":\"/opt/liba.so.1\"},{\"name\":\"libx.so\"}]}");
  }

  @Test
  void theGraphHasANodeForEveryFileAndAnArrowForEveryReason() {
    assertThat(ClosureFormat.DOT.render(closure))
        .isEqualTo(
            """
            digraph closure {
              node [shape=box];
              "/lib64/ld-linux-x86-64.so.2" [shape=ellipse];
              "/opt/liba.so.1";
              "/opt/libb.so";
              "/usr/bin/one" [style=bold];
              "/usr/bin/two" [style=bold];
              "/usr/bin/one" -> "/lib64/ld-linux-x86-64.so.2" [label="/lib64/ld-linux-x86-64.so.2\\nprogram interpreter"];
              "/usr/bin/one" -> "/opt/liba.so.1" [label="liba.so\\nrpath of /usr/bin/one"];
              "/opt/liba.so.1" -> "/opt/libb.so" [label="libb.so\\nrun path"];
              "/opt/libb.so" -> "/opt/liba.so.1" [label="liba.so\\nrun path"];
              "/usr/bin/two" -> "/lib64/ld-linux-x86-64.so.2" [label="/lib64/ld-linux-x86-64.so.2\\nprogram interpreter"];
              "/usr/bin/two" -> "/opt/libb.so" [label="libb.so\\nrun path"];
              "libgone\\\\x0a.so" [color=red, style=dashed];
              "/usr/bin/two" -> "libgone\\\\x0a.so" [label="missing"];
            }
            """);
  }
}
