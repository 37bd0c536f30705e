package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes with a Debian system, locked; what is offline runs where there is no network at all. */
class LockedBaseTest {
  private static final List<String> TOOLS = List.of("debootstrap", "mmdebstrap");

  private static final Pattern PACKAGE =
      Pattern.compile("  \"(\\S+):(\\S+)\": \"(\\S+) sha256:([0-9a-f]{64}) \\S+ \\S+\"");

  @TempDir static Path work;
  private static Dist dist;

  @BeforeAll
  static void lock() throws Exception {
    dist = Dist.sharedIn(work);
    for (String tool : TOOLS) {
      Files.writeString(
          work.resolve(tool + ".yaml"),
          """
          recipe: 1
          name: example/locked
          contents: { debian: { suite: bookworm, variant: minbase, packages: [jq], tool: %s } }
          """
              .formatted(tool));
      Dist.Result locked = run("jbuild lock -q " + tool + ".yaml");
      assertThat(locked.status()).as(locked.err()).isZero();
    }
  }

  private static Dist.Result run(String script) throws Exception {
    return dist.shell(
        work,
        "mkdir -p tmp; export TMPDIR=$PWD/tmp JBUILD_CACHE_DIR=${CACHE:-$PWD/cache}; " + script);
  }

  private static Dist.Result offline(String tool, String before) throws Exception {
    return run(
        before
            + "; unshare --net jbuild rootfs -q --recipe "
            + tool
            + ".yaml --locked --offline -o "
            + tool
            + ".tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void withoutANetworkTheSameSystemIsMadeOfTheLockedPackages(String tool) throws Exception {
    Dist.Result built = offline(tool, ":");
    assertThat(built).isEqualTo(new Dist.Result(0, "", ""));
    Dist.Result inside =
        run(
            "jrun "
                + tool
                + ".tar sh -euc 'dpkg --audit;"
                + " dpkg-query -W -f \"\\${Package}:\\${Architecture} \\${Version}\\n\"'");
    Matcher locked = PACKAGE.matcher(Files.readString(work.resolve(tool + ".lock")));
    assertThat(inside.out().lines())
        .containsExactlyInAnyOrderElementsOf(
            locked
                .results()
                .map(it -> it.group(1) + ":" + it.group(2) + " " + it.group(3))
                .toList());
    assertThat(run("jrun " + tool + ".tar cat /etc/apt/sources.list").out())
        .startsWith("deb ")
        .doesNotContain("file:", "copy:", "trusted");
    assertThat(run("ls -A tmp").out()).isEmpty();
  }

  @Test
  void theDigestsAreThoseOfThePackageFiles() throws Exception {
    Matcher locked = PACKAGE.matcher(Files.readString(work.resolve("debootstrap.lock")));
    StringBuilder sums = new StringBuilder();
    while (locked.find()) {
      sums.append(locked.group(4)).append("  cache/packages/").append(locked.group(1)).append('_');
      sums.append(locked.group(3).replace(":", "%3a")).append('_').append(locked.group(2));
      sums.append(".deb\n");
    }
    Files.writeString(work.resolve("sums"), sums);
    Dist.Result checked = run("sha256sum --check --strict --quiet sums && wc -l <sums");
    assertThat(checked.err()).isEmpty();
    assertThat(Integer.parseInt(checked.out().strip())).isGreaterThan(50);
  }

  @Test
  void aPackageThatIsNotInTheCacheIsNamedWithWhatToDo() throws Exception {
    Dist.Result built =
        offline(
            "mmdebstrap",
            "cp -r cache fewer; rm fewer/packages/jq_*; CACHE=$PWD/fewer; JBUILD_CACHE_DIR=$CACHE");
    assertThat(built.status()).isEqualTo(3);
    assertThat(built.err())
        .startsWith("jbuild rootfs: the locked package jq_")
        .contains(" is not in ", "; build once without --offline")
        .hasLineCount(1);
    assertThat(run("ls -A tmp").out()).isEmpty();
  }

  @Test
  void aPackageThatIsNotTheLockedOneIsRefused() throws Exception {
    Dist.Result built =
        offline(
            "debootstrap",
            "cp -r cache other; echo x | tee -a other/packages/jq_*.deb >/dev/null; JBUILD_CACHE_DIR=$PWD/other");
    assertThat(built.status()).isEqualTo(3);
    assertThat(built.err())
        .contains("jq_", "is not the locked one, its digest differs")
        .hasLineCount(1);
  }

  @Test
  void aPackageThatTheArchiveHasInAnotherVersionHasDrifted() throws Exception {
    Dist.Result built =
        run(
            "sed 's/tool: debootstrap/tool: auto/' debootstrap.yaml >drift.yaml;"
                + "jbuild lock -q drift.yaml;"
                + "sed -i 's/\\(\"jq:[a-z0-9]*\": \"\\)[^ ]*/\\10.1-2/; /\"adduser:/d' drift.lock;"
                + "jbuild rootfs -q --recipe drift.yaml --locked -o drift.tar");
    assertThat(built.status()).isEqualTo(1);
    assertThat(built.err())
        .containsPattern("package jq:\\S+ is \\S+ sha256:\\S+ .*, not 0[.]1-2 sha256:")
        .contains("package adduser:all is new")
        .doesNotContain("/usr/")
        .hasLineCount(1);
    assertThat(work.resolve("drift.tar")).doesNotExist();
  }

  @Test
  void anotherRecipeIsFoundBeforeAnythingIsMade() throws Exception {
    Dist.Result built =
        run(
            "cp debootstrap.lock changed.lock; sed 's/jq/jq, less/' debootstrap.yaml >changed.yaml;"
                + "PATH=/nonexistent:$PATH; jbuild rootfs --recipe changed.yaml --locked --offline");
    assertThat(built.status()).isEqualTo(1);
    assertThat(built.err()).contains("changed.lock", "the recipe has changed").hasLineCount(1);
  }

  @Test
  void anotherSystemOnTheCommandLineIsFoundBeforeAnythingIsMade() throws Exception {
    for (String option : new String[] {"--debootstrap trixie", "--with ca-certificates"}) {
      Dist.Result built =
          run(
              "jbuild rootfs -q --recipe debootstrap.yaml --locked --offline -o other.tar "
                  + option);
      assertThat(built.status()).as(option).isEqualTo(1);
      assertThat(built.err()).contains("the base is ", ", not bookworm").hasLineCount(1);
      assertThat(work.resolve("other.tar")).doesNotExist();
    }
  }

  @Test
  void aLockOfNoPackagesMakesNoSystem() throws Exception {
    Dist.Result built =
        run(
            "sed '/^packages:/,/^files:/{/^files:/!d}' debootstrap.lock >none.lock;"
                + "cp debootstrap.yaml none.yaml;"
                + "jbuild rootfs --recipe none.yaml --locked --offline");
    assertThat(built.status()).isEqualTo(1);
    assertThat(built.err()).contains("none.lock: locks no packages to make the base system of");
  }

  @Test
  void aLockWithAPackageOutsideTheCacheIsNone() throws Exception {
    Dist.Result built =
        run(
            "sed 's,\"jq:,\"../../jq:,' debootstrap.lock >escape.lock;"
                + "cp debootstrap.yaml escape.yaml;"
                + "jbuild rootfs --recipe escape.yaml --locked --offline");
    assertThat(built.status()).isEqualTo(1);
    assertThat(built.err()).contains("escape.lock: is no lock that this jbuild knows ('../../jq:");
  }

  @Test
  void offlineNothingIsPushed() throws Exception {
    Dist.Result built =
        run("jbuild rootfs --recipe debootstrap.yaml --locked --offline --push localhost:1/a/b");
    assertThat(built.status()).isEqualTo(2);
    assertThat(built.err()).contains("--push needs a network, which --offline does without");
  }

  /**
   * As on machines that share a directory: who comes first fetches, and nobody reads half a file.
   */
  @Test
  void buildsAtOnceShareACache() throws Exception {
    Dist.Result built =
        run(
            """
            export JBUILD_CACHE_DIR=$PWD/shared
            for i in 1 2 3; do
              jbuild rootfs -q --recipe mmdebstrap.yaml --locked --print-digest -o at-once-$i.tar >digest-$i &
              processes="${processes-} $!"
            done
            for process in $processes; do wait $process; done
            cmp digest-1 digest-2 && cmp digest-1 digest-3
            unshare --net jbuild rootfs -q --recipe mmdebstrap.yaml --locked --offline --print-digest -o after.tar |
              cmp digest-1 -
            ls -A tmp
            """);
    assertThat(built).isEqualTo(new Dist.Result(0, "", ""));
  }
}
