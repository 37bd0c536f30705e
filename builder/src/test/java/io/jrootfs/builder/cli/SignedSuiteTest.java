package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may sign a suite: debootstrap and mmdebstrap themselves, with a suite of Ubuntu from an
 * archive of our own. That a signature is accepted shows in what they look for next: a package that
 * the archive lacks.
 */
class SignedSuiteTest {
  private static final String ACCEPTED = " package.*nonesuch";

  @TempDir static Path work;

  @BeforeAll
  static void makeArchives() throws Exception {
    SignedArchive.make(work);
    ExternalTool.shell(
        work,
        """
        mkdir temporary
        for bad in unsigned tampered changed; do cp -r archive $bad; done
        rm unsigned/dists/jammy/InRelease unsigned/dists/jammy/Release.gpg
        sed -i 's/its end/another end/' tampered/dists/jammy/*Release
        echo x >>changed/pool/apt.deb
        """);
  }

  private Invocation build(String tool, String archive, String suite, String... more) {
    return buildFrom("file://" + work.resolve(archive), tool, suite, more);
  }

  private Invocation buildFrom(String mirror, String tool, String suite, String... more) {
    List<String> words =
        new ArrayList<>(List.of("rootfs", "-q", "--debootstrap", suite, "--variant", "minbase"));
    words.addAll(List.of("--bootstrap-tool", tool, "--mirror", mirror));
    words.addAll(List.of("-o", work.resolve("image.tar").toString()));
    words.addAll(List.of(more));
    return Invocation.with(
        ImmutableMap.of(
            "PATH",
            "/usr/sbin:/usr/bin:/sbin:/bin",
            "TMPDIR",
            work.resolve("temporary").toString(),
            "JBUILD_CACHE_DIR",
            work.resolve("cache").toString()),
        words.toArray(new String[0]));
  }

  private static String key(String name) {
    return work.resolve(name).toString();
  }

  private static void assertFailure(Invocation result, int status, String pattern) {
    assertThat(result.status()).as(result.err()).isEqualTo(status);
    assertThat(result.err()).containsPattern(pattern).hasLineCount(1);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(work.resolve("temporary")).isEmptyDirectory();
    assertThat(work.resolve("image.tar")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void aKeyThatIsNamedMaySign(String tool) {
    assertFailure(
        build(tool, "archive", "jammy", "--include", "nonesuch", "--keyring", key("right.gpg")),
        1,
        ACCEPTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void anotherKeyMayNotAndIsNamed(String tool) throws IOException {
    String fingerprint =
        ExternalTool.shell(
            work,
            "gpg --homedir right --list-keys --with-colons | grep ^fpr | cut -d: -f10;"
                + " gpgconf --homedir right --kill all");
    String id = fingerprint.strip().substring(24);
    assertFailure(
        build(tool, "archive", "jammy", "--include", "nonesuch", "--keyring", key("wrong.gpg")),
        1,
        "'jammy' is (not )?signed .*" + id + ".*--keyring.*--no-check-gpg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void whatNobodySignedIsRefusedUnlessTheUserSaysSo(String tool) {
    assertFailure(
        build(tool, "unsigned", "jammy", "--include", "nonesuch", "--keyring", key("right.gpg")),
        1,
        "is not signed.*--no-check-gpg");
    assertFailure(
        build(tool, "unsigned", "jammy", "--include", "nonesuch", "--no-check-gpg"), 1, ACCEPTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void whatWasChangedAfterItWasSignedIsRefused(String tool) {
    assertFailure(
        build(tool, "tampered", "jammy", "--include", "nonesuch", "--keyring", key("right.gpg")),
        1,
        "invalid signature|signatures were invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void aPackageThatIsNotTheOneInTheIndexIsRefused(String tool) {
    assertFailure(
        build(tool, "changed", "jammy", "--keyring", key("right.gpg")),
        3,
        "Hash Sum mismatch|Couldn't download packages: apt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void aSuiteThatTheArchiveLacksIsSaid(String tool) {
    assertFailure(
        build(tool, "archive", "focal", "--keyring", key("right.gpg")),
        tool.equals("debootstrap") ? 3 : 1,
        "focal.*(has the mirror this suite|does not have a Release file)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debootstrap", "mmdebstrap"})
  void anArchiveThatDoesNotAnswerIsTheEnvironmentsFault(String tool) {
    // Nobody listens at port 1, as nobody does without a network.
    assertFailure(
        buildFrom("http://127.0.0.1:1/x", tool, "jammy", "--keyring", key("right.gpg")),
        3,
        "127.0.0.1:1/x.*is the network up|is the network up.*127.0.0.1:1/x");
  }

  @Test
  void withoutAKeyringThoseOfTheDistributionMaySignAlone() {
    // Whether this machine has Ubuntu's keyring or not: the archive's key is not in it.
    Invocation result = build("debootstrap", "archive", "jammy");
    assertThat(result.status()).as(result.err()).isIn(1, 3);
    assertThat(result.err())
        .containsPattern("no keyring \\S*ubuntu-archive-keyring.gpg|not in the keyring")
        .contains("ubuntu-keyring", "--keyring");
    assertFailure(build("mmdebstrap", "archive", "jammy"), 1, "NO_PUBKEY");
  }

  @Test
  void aSuiteThatNobodyKnowsIsTheRequestsFault() {
    assertFailure(
        build("debootstrap", "archive", "jamy"), 1, "debootstrap knows no suite 'jamy'.*spelling");
  }
}
