package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code jbuild rootfs --add bash,ls}, then {@code jrun image.tar}, as root and as anybody. */
@ResourceLock(OrdinaryUserWithRange.LOCK)
class MainJobTest {
  /** Nobody's: no entry in /etc/passwd, no range in /etc/subuid, so a single id map. */
  private static final int ORDINARY_USER = 54321;

  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void install() throws Exception {
    dist = Dist.installedIn(work);
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private Dist.Result succeeds(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  private Dist.Result succeedsAsOrdinaryUser(String script) throws Exception {
    Dist.Result result = dist.shellAs(ORDINARY_USER, work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  private static List<String> names(String listing) {
    return Stream.of(listing.split("\n")).map(line -> line.replaceAll(".* ", "")).toList();
  }

  @Test
  void rootIsInsideAContainerOfBashAndLs() throws Exception {
    Dist.Result result =
        succeeds(
            "jbuild rootfs --add bash,ls && jrun image.tar bash -c 'ls /; ls /usr/bin; echo $$'");
    assertThat(names(result.out())).contains("proc", "dev", "tmp", "usr", "bash", "ls", "1");
    assertThat(names(result.out())).doesNotContain("cat", "home", "boot");
  }

  @Test
  void anOrdinaryUserIsInsideAContainerOfBashAndLs() throws Exception {
    Dist.Result result =
        succeedsAsOrdinaryUser(
            "jbuild rootfs --add bash,ls && jrun image.tar bash -c 'ls /usr/bin; echo $$ $UID'");
    assertThat(result.out()).isEqualTo("bash\nls\n1 0\n");
  }

  @Test
  void commandReplacesTheDefaultCommand() throws Exception {
    Dist.Result result =
        succeeds("jbuild rootfs --add bash,ls && jrun image.tar -- ls -l / && jrun image.tar ls /");
    assertThat(result.out()).contains("drwxrwxrwt").contains("\nproc\n");
  }

  @Test
  void twoBuildsAreByteIdentical() throws Exception {
    succeeds(
        "jbuild rootfs --add bash,ls -o one.tar; touch -d '1 hour ago' x; TZ=Asia/Kathmandu LANG=C"
            + " jbuild rootfs --add bash,ls -o two.tar; cmp one.tar two.tar");
  }

  @Test
  void aBuildByAnOrdinaryUserHasTheSameBytesAsRoots() throws Exception {
    succeeds("jbuild rootfs --add bash,ls -o one.tar");
    succeedsAsOrdinaryUser("jbuild rootfs --add bash,ls -o two.tar; cmp one.tar two.tar");
  }

  @Test
  void aMissingProgramLeavesNoFile() throws Exception {
    Dist.Result result = dist.shell(work, "jbuild rootfs --add bash,lss -o out.tar");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("lss").contains("/usr/bin").hasLineCount(1);
    assertThat(result.out()).isEmpty();
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).containsExactly(work.resolve("moved"));
    }
  }

  @Test
  void exitCodesAreThoseOfTheContract() throws Exception {
    succeeds("jbuild rootfs --add bash,ls --copy /etc/hostname:/data");
    Dist.Result result =
        succeeds(
            """
            try() { status=0; "$@" || status=$?; echo $status; }
            try jrun image.tar bash -c 'exit 7'
            try jrun image.tar bash -c '(kill -9 $BASHPID); exit $?'
            try jrun --entrypoint /nonesuch image.tar
            try jrun image.tar nonesuch
            try jrun image.tar /data
            try jrun ./nonesuch.tar
            try jrun --nonesuch image.tar
            """);
    assertThat(result.out()).isEqualTo("7\n137\n127\n127\n126\n125\n125\n");
  }
}
