package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jbuild check --json} as jq and Python read it, beside what is printed for people. */
class CheckJsonTest {
  /** Turns the object into the lines that people get, escaping control characters by itself. */
  private static final String TO_LINES =
      """
      import json, sys, unicodedata
      with open(sys.argv[1], encoding='ascii') as file:
          report = json.load(file)
      for finding in report['findings']:
          text = ''.join('\\\\x%02x' % ord(c) if unicodedata.category(c) == 'Cc' else c
                         for c in finding['message'])
          print({'problem': '', 'remark': 'remark: '}[finding['severity']] + text)
      """;

  /** ESC, DEL, the one-character CSI of terminals, and what JSON itself gives a meaning. */
  private static final String HOSTILE = "\u001b[31m\n\u007f\u009b\"\\ü\ud83d\ude00";

  @TempDir Path work;
  private Path root;

  @BeforeEach
  void rootWithProblemsAndRemarks() throws IOException {
    root = Files.createDirectories(work.resolve("root"));
    ExternalTool.shell(
        root,
        "mkdir -p usr/bin opt; ln -s usr/bin bin; cp /bin/bash usr/bin/;"
            + "ln -s /nowhere \"usr/bin/$1\"; ln -s \"$1\" opt/link;"
            + "printf '#!/no/perl\\n' >opt/script; chmod +x opt/script;"
            + "printf x >\"opt/$(printf 'not\\377text')\"",
        HOSTILE);
  }

  private Path json(String... more) throws IOException {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "check";
    arguments[1] = "--json";
    System.arraycopy(more, 0, arguments, 2, more.length);
    arguments[more.length + 2] = root.toString();
    Invocation result = Invocation.of(arguments);
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).isEmpty();
    return Files.writeString(work.resolve("report.json"), result.out());
  }

  private String jq(Path file, String filter) throws IOException {
    return ExternalTool.run(work, "jq", "-r", filter, file.toString()).strip();
  }

  @Test
  void itSaysWhatIsPrintedWithoutIt() throws IOException {
    Invocation printed = Invocation.of("check", root.toString());
    assertThat(printed.status()).isEqualTo(1);
    assertThat(printed.out()).contains("\\x1b[31m\\x0a\\x7f\\x9b\"\\ü\ud83d\ude00", "remark: ");
    Path json = json();
    assertThat(ExternalTool.run(work, "python3", "-X", "utf8", "-c", TO_LINES, json.toString()))
        .isEqualTo(printed.out());
    String summary =
        jq(
            json,
            "def count(one; more): \"\\(.) \\(if . == 1 then one else more end)\";"
                + "\"\\(.programs | count(\"program\"; \"programs\")), "
                + "\\(.libraries | count(\"library\"; \"libraries\")), "
                + "\\(.scripts | count(\"script\"; \"scripts\")); problems: "
                + "\\([.findings[] | select(.severity == \"problem\")] | length)\"");
    assertThat(printed.err()).isEqualTo(root + ": " + summary + "\n");
  }

  @Test
  void namesArePrintableAsciiAndStillTheirBytes() throws IOException {
    Path json = json();
    assertThat(Files.readString(json)).matches("(?s)[ -~\n]*").endsWith("}\n");
    assertThat(jq(json, ".findings[] | select(.message | test(\"/nowhere\")) | .path"))
        .isEqualTo("/usr/bin/" + HOSTILE);
    assertThat(jq(json, ".findings[] | select(.message | test(\"not UTF-8\")) | .severity"))
        .isEqualTo("remark");
  }

  @Test
  void quietnessLeavesNothingOut() throws IOException {
    String whole = Files.readString(json());
    assertThat(Files.readString(json("-q"))).isEqualTo(whole).contains("\"remark\"");
  }

  @Test
  void aGoodRootSaysSo() throws IOException {
    Path image = work.resolve("image.tar");
    assertThat(Invocation.of("rootfs", "-q", "--add", "true", "-o", "" + image).status()).isZero();
    Invocation result = Invocation.of("check", "--json", image.toString());
    assertThat(result.status()).isZero();
    Path json = Files.writeString(work.resolve("good.json"), result.out());
    assertThat(jq(json, "[.good, .programs, .scripts, (.findings | length)] | tostring"))
        .isEqualTo("[true,1,0,0]");
  }
}
