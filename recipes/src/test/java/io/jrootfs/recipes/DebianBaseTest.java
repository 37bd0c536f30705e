package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian systems made from the archive that this machine's own apt uses. They take a minute each,
 * so all tests look at the same few.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DebianBaseTest {
  private static final String SUITE = "bookworm";

  @TempDir Path work;
  private Dist dist;
  private String talk = "";

  @BeforeAll
  void build() throws Exception {
    dist = Dist.installedIn(work);
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    talk = jbuild("--bootstrap-tool debootstrap -o debootstrap.tar").err();
    jbuild(
        "--bootstrap-tool mmdebstrap --slim --include jq --add jq,bash,skopeo"
            + " --copy /etc/hostname:/etc/issue -o mmdebstrap.tar");
  }

  private Dist.Result jbuild(String options) throws Exception {
    return succeeds(
        "mkdir -p tmp && TMPDIR=$PWD/tmp JBUILD_CACHE_DIR=$PWD/packages"
            + " jbuild rootfs --debootstrap "
            + SUITE
            + " --variant minbase "
            + options);
  }

  private Dist.Result succeeds(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  private String inside(String image, String script) throws Exception {
    return succeeds("jrun " + image + " /bin/sh -euc '" + script + "'").out();
  }

  @Test
  void theSystemStartsAndItsPackageDatabaseIsInOrder() throws Exception {
    for (String image : List.of("debootstrap.tar", "mmdebstrap.tar")) {
      assertThat(inside(image, "dpkg --audit; . /etc/os-release; echo $VERSION_CODENAME"))
          .isEqualTo(SUITE + "\n");
    }
    assertThat(succeeds("jrun debootstrap.tar -c 'echo $BASH_VERSION'").out()).isNotBlank();
  }

  @Test
  void itsPackagesAreThoseThatDebootstrapItselfNames() throws Exception {
    String own =
        succeeds(
                "debootstrap --print-debs --variant=minbase "
                    + SUITE
                    + " printed 2>/dev/null | tr ' ' '\\n' | grep . | sort -u")
            .out();
    String list = "dpkg-query -W -f \"\\${Package}\\n\"";
    assertThat(inside("debootstrap.tar", list).lines().sorted().distinct())
        .containsExactlyElementsOf(own.lines().toList());
    assertThat(inside("mmdebstrap.tar", list).lines()).containsAll(own.lines().toList());
  }

  @Test
  void anOrdinaryUserGetsTheSameBytes() throws Exception {
    OrdinaryUserWithRange user = new OrdinaryUserWithRange(work);
    Dist.Result result =
        user.shell(
            dist,
            "mkdir home/tmp && cd home && TMPDIR=$PWD/tmp jbuild rootfs --debootstrap "
                + SUITE
                + " --variant minbase --bootstrap-tool debootstrap -o out.tar && ls -A tmp");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).as("left in TMPDIR").isEmpty();
    succeeds("cmp debootstrap.tar home/out.tar");
  }

  @Test
  void programsComeFromTheSystemFirstAndElseFromHere() throws Exception {
    assertThat(inside("mmdebstrap.tar", "echo {} | jq -c .; dpkg -S /usr/bin/jq"))
        .isEqualTo("{}\njq: /usr/bin/jq\n");
    assertThat(inside("mmdebstrap.tar", "skopeo --version; dpkg -S /usr/bin/skopeo || echo none"))
        .startsWith("skopeo version ")
        .endsWith("none\n");
    // The first program is the command: jq without arguments tells how it is used.
    assertThat(dist.shell(work, "jrun mmdebstrap.tar").err()).contains("jq");
  }

  @Test
  void aCopyReplacesAFileOfTheSystem() throws Exception {
    assertThat(inside("mmdebstrap.tar", "cat /etc/issue"))
        .isEqualTo(Files.readString(Path.of("/etc/hostname")));
  }

  @Test
  void nothingInItTellsOfThisMachineOrTheDay() throws Exception {
    succeeds("mkdir layout && tar -xf debootstrap.tar -C layout");
    succeeds("umoci unpack --image layout:latest bundle");
    assertThat(succeeds("find bundle/rootfs -newermt @0 ! -type l -printf '%P\\n'").out())
        .isEmpty();
    assertThat(
            succeeds("ls -A bundle/rootfs/dev bundle/rootfs/proc bundle/rootfs/var/lib/apt").out())
        .doesNotContain("null", "InRelease");
    assertThat(succeeds("grep -rlsF \"$(hostname)-jbuild\" bundle/rootfs/etc || true").out())
        .isEmpty();
    assertThat(succeeds("cd bundle/rootfs/etc; ls -A hostname resolv.conf 2>&1 || true").out())
        .doesNotContain("\nhostname", "\nresolv.conf");
    assertThat(succeeds("cat bundle/rootfs/etc/machine-id").out()).isEmpty();
  }

  @Test
  void slimHasLicensesButNoManuals() throws Exception {
    assertThat(
            inside(
                "mmdebstrap.tar",
                "find /usr/share/man /usr/share/info /usr/share/locale -type f;"
                    + " find /usr/share/doc -type f ! -name copyright;"
                    + " ls /usr/share/doc/jq/copyright"))
        .isEqualTo("/usr/share/locale/locale.alias\n/usr/share/doc/jq/copyright\n");
  }

  @Test
  void theTalkNamesEachStageAndPackagesAreKept() throws Exception {
    assertThat(talk).contains("Extracting packages\n", "Configuring required packages\n");
    assertThat(succeeds("ls packages/packages | grep -c '[.]deb$'").out().strip().length())
        .isGreaterThan(1);
    assertThat(succeeds("ls -A tmp").out()).isEmpty();
  }

  @Test
  void skopeoKnowsThePlatform() throws Exception {
    succeeds("printf '{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}' >policy.json");
    assertThat(succeeds("skopeo --policy policy.json inspect oci-archive:debootstrap.tar").out())
        .contains("\"Architecture\": \"" + succeeds("dpkg --print-architecture").out().strip());
  }
}
