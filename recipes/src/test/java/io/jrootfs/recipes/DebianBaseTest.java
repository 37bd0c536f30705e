package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Debian systems made from the archive that this machine's own apt uses. They take a minute each,
 * so all tests look at the same few.
 */
@ResourceLock(OrdinaryUserWithRange.LOCK)
class DebianBaseTest {
  private static final String SUITE = "bookworm";

  @TempDir static Path work;
  private static Dist dist;
  private static String talk = "";

  @BeforeAll
  static void build() throws Exception {
    dist = Dist.sharedIn(work);
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    talk = jbuild("--bootstrap-tool debootstrap -o debootstrap.tar").err();
    // A program whose libraries have no security updates, which this machine may have and the suite
    // not.
    jbuild(
        "--bootstrap-tool mmdebstrap --slim --components main,contrib --include jq,iucode-tool"
            + " --add jq,bash,nft --with tzdata,ca-certificates,nss --copy /etc/hostname:/etc/issue"
            + " --layers origin --sbom spdx -o mmdebstrap.tar");
  }

  private static Dist.Result jbuild(String options) throws Exception {
    return succeeds(
        "mkdir -p tmp && TMPDIR=$PWD/tmp JBUILD_CACHE_DIR=$PWD/packages"
            + " jbuild rootfs --debootstrap "
            + SUITE
            + " --variant minbase "
            + options);
  }

  private static Dist.Result succeeds(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  private static String inside(String image, String script) throws Exception {
    return succeeds("jrun " + image + " /bin/sh -euc '" + script + "'").out();
  }

  @Test
  void theSystemStartsAndItsPackageDatabaseIsInOrder() throws Exception {
    for (String image : List.of("debootstrap.tar", "mmdebstrap.tar")) {
      assertThat(inside(image, "dpkg --audit; . /etc/os-release; echo $VERSION_CODENAME"))
          .isEqualTo(SUITE + "\n");
    }
    assertThat(config("debootstrap.tar")).contains("\"/usr/bin/bash\"");
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
    assertThat(inside("mmdebstrap.tar", "nft --version; dpkg -S /usr/sbin/nft || echo none"))
        .startsWith("nftables v")
        .endsWith("none\n");
    assertThat(config("mmdebstrap.tar")).contains("\"/usr/bin/jq\"");
  }

  @Test
  void packagesAreFromTheComponentsThatAreAskedFor() throws Exception {
    assertThat(inside("mmdebstrap.tar", "dpkg -S /usr/sbin/iucode-tool"))
        .isEqualTo("iucode-tool: /usr/sbin/iucode-tool\n");
    assertThat(
            inside(
                "mmdebstrap.tar",
                "grep -c \"^deb .* bookworm main contrib\\$\" /etc/apt/sources.list"))
        .isEqualTo("1\n");
    assertThat(inside("debootstrap.tar", "cat /etc/apt/sources.list")).doesNotContain("contrib");
  }

  @Test
  void featuresComeBesideTheSystem() throws Exception {
    assertThat(inside("mmdebstrap.tar", "TZ=Europe/Berlin date -d @0 +%T; getent passwd root"))
        .isEqualTo("01:00:00\nroot:x:0:0:root:/root:/bin/bash\n");
    assertThat(inside("mmdebstrap.tar", "grep -c BEGIN /etc/ssl/certs/ca-certificates.crt").strip())
        .hasSizeGreaterThan(2);
    assertThat(succeeds("jrun debootstrap.tar ls /etc/ssl/certs || echo none").out())
        .isEqualTo("none\n");
  }

  @Test
  void aLayerForEachLargePackageIsTheSameSystem() throws Exception {
    assertThat(
            succeeds("jbuild inspect --json mmdebstrap.tar | jq '.layers | length'").out().strip())
        .isEqualTo("8");
    assertThat(succeeds("jbuild check mmdebstrap.tar").err()).contains("; all of them start");
  }

  @Test
  void theBillOfMaterialsNamesEveryPackageOfTheSystemAndThoseOfThePrograms() throws Exception {
    List<String> named =
        succeeds(
                "jq -r '.packages[] | select(.SPDXID | test(\"Package\")) | .name' mmdebstrap.spdx.json")
            .out()
            .lines()
            .toList();
    assertThat(named)
        .containsAll(
            inside("mmdebstrap.tar", "dpkg-query -W -f \"\\${Package}\n\"").lines().toList())
        .contains("nftables");
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
    assertThat(succeeds("cd bundle/rootfs; ls -A dev proc sys tmp var/lib/apt/lists").out())
        .isEqualTo("dev:\n\nproc:\n\nsys:\n\ntmp:\n\nvar/lib/apt/lists:\npartial\n");
    assertThat(succeeds("find bundle/rootfs/etc -name hostname -o -name resolv.conf").out())
        .isEmpty();
  }

  @Test
  void slimHasLicensesButNoManuals() throws Exception {
    assertThat(
            inside(
                "mmdebstrap.tar",
                "find /usr/share/man /usr/share/info /usr/share/locale -type f ! -name locale.alias;"
                    + " find /usr/share/doc -type f ! -name copyright;"
                    + " ls /usr/share/doc/jq/copyright"))
        .isEqualTo("/usr/share/doc/jq/copyright\n");
  }

  @Test
  void theTalkNamesEachStageAndPackagesAreKept() throws Exception {
    assertThat(talk).contains("Extracting packages\n", "Configuring required packages\n");
    assertThat(succeeds("ls packages/packages | grep -c '[.]deb$'").out().strip().length())
        .isGreaterThan(1);
    assertThat(succeeds("ls -A tmp").out()).isEmpty();
  }

  @Test
  void itIsForThisMachine() throws Exception {
    assertThat(config("debootstrap.tar"))
        .contains(
            "\"architecture\": \"" + succeeds("dpkg --print-architecture").out().strip() + "\"");
  }

  private static String config(String image) throws Exception {
    return succeeds(
            "printf '{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}' >policy.json;"
                + " skopeo --policy policy.json inspect --config oci-archive:"
                + image)
        .out();
  }
}
