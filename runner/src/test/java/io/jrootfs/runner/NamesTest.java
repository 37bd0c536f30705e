package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How containers find names. */
@ExtendWith(LeakCheck.class)
class NamesTest {
  @TempDir private static Path work;

  private static Installation installation;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Images.check(work, "chmod 755 .");
    installation = Installation.shared();
    Path root = Images.rootfs(work.resolve("root"));
    // Would be written through, were it followed.
    Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of("passwd"));
    image = Images.tar(root, work.resolve("image.tar"));
  }

  private static Result jrun(Caller caller, List<String> options, String script) throws Exception {
    return caller.execute(
        work,
        ImmutableList.<String>builder()
            .add(installation.jrun().toString(), "-q")
            .addAll(options)
            .add(image.toString(), "sh", "-c", script)
            .build());
  }

  @ParameterizedTest
  @EnumSource
  void serversDomainsOptionsAndHostsAreThoseAskedFor(Caller caller) throws Exception {
    List<String> options =
        List.of(
            "--hostname=box",
            "--dns=192.0.2.53",
            "--dns=2001:db8::53",
            "--dns-search=example.org",
            "--dns-option=ndots:2",
            "--add-host=db:192.0.2.7",
            "--add-host=six:[2001:db8::7]");
    assertThat(
            jrun(caller, options, "cat /etc/resolv.conf /etc/hosts; grep -c example /etc/passwd"))
        .isEqualTo(
            new Result(
                1,
                """
                search example.org
                nameserver 192.0.2.53
                nameserver 2001:db8::53
                options ndots:2
                127.0.0.1\tlocalhost
                ::1\tlocalhost
                127.0.0.1\tbox
                192.0.2.7\tdb
                2001:db8::7\tsix
                0
                """,
                ""));
  }

  @ParameterizedTest
  @CsvSource({
    "--dns=example.org, --dns 'example.org': 'example.org' is no address",
    "--dns=fe80::1%eth0, --dns 'fe80::1%eth0': 'fe80::1%eth0' is no address",
    "--dns-search=a b, --dns-search 'a b': is no domain",
    "--dns-option=Ndots 2, --dns-option 'Ndots 2': is no option",
    "--add-host=db, --add-host 'db': must be NAME:ADDRESS",
    "--add-host=db:1.2.3, --add-host 'db:1.2.3': '1.2.3' is no address",
    "--add-host=:1.2.3.4, --add-host ':1.2.3.4': '' is no name",
  })
  void whatIsNoNameOrAddressIsOneSentence(String option, String sentence) throws Exception {
    assertThat(jrun(Caller.ROOT, List.of(option), "true"))
        .satisfies(result -> assertThat(result.status()).isEqualTo(125))
        .satisfies(result -> assertThat(result.err()).startsWith("jrun: " + sentence))
        .satisfies(result -> assertThat(result.err()).hasLineCount(1));
  }

  @Test
  void withTheHostsNetworkItsFilesStay() throws Exception {
    assertThat(jrun(Caller.ROOT, List.of("--network=host"), "cat /etc/hosts"))
        .isEqualTo(new Result(0, Files.readString(Path.of("/etc/hosts")), ""));
    assertThat(jrun(Caller.ROOT, List.of("--network=host", "--dns=192.0.2.53"), "true"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: options --dns, --dns-search, --dns-option and --add-host: are for a network"
                    + " of the container's own; with another's come its files, so leave them"
                    + " or --network out\n"));
  }
}
