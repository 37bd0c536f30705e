package io.jrootfs.builder.cli;

import static io.jrootfs.builder.cli.InspectionPages.LIBRARIES;
import static io.jrootfs.builder.cli.InspectionPages.NODE;
import static io.jrootfs.builder.cli.InspectionPages.executable;
import static io.jrootfs.builder.cli.InspectionPages.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.image.ForeignTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of an image are on its page, of all that need something or are needed. */
class InspectionNeedsTest {
  @TempDir Path work;
  private InspectionPages pages;

  @BeforeEach
  void setPages() {
    pages = new InspectionPages(work);
  }

  /** A root with {@code /usr/bin/true} and more files than a drawing has. */
  private Path largeTree(int needed) throws IOException {
    Path root = work.resolve("large");
    assertThat(Invocation.of("rootfs", "-q", "--add", "true", "--format", "dir", "-o", "" + root))
        .isEqualTo(new Invocation(0, "", ""));
    String[] names = new String[needed];
    for (int i = 0; i < needed; i++) {
      names[i] = "lib%03d.so".formatted(i);
      executable(
          root.resolve(LIBRARIES.substring(1)).resolve(names[i]),
          ElfBuilder.sharedObject().build());
    }
    executable(root.resolve("usr/bin/large"), ElfBuilder.program().needs(names).build());
    return root;
  }

  private static String nodesAndCaption(String page) {
    return found(NODE, page, 1).size()
        + " "
        + found(Pattern.compile("<p class=\"caption\">([^.;:]*)"), page, 1).get(0);
  }

  @Test
  void ofManyFilesThoseAreDrawnThatTheCommandNeedsAndTheTableHasAll() throws IOException {
    Path root = largeTree(70);
    Path some = pages.page(pages.image("--copy", root + ":/", "--cmd", "true"));
    assertThat(nodesAndCaption(Files.readString(some)))
        .isEqualTo("3 What the image's command needs");
    Path most = pages.page(pages.image("--copy", root + ":/", "--cmd", "large"));
    assertThat(nodesAndCaption(Files.readString(most)))
        .isEqualTo("60 What the image's command needs, the nearest 60 of 72 files");
    String none = Files.readString(pages.page(root));
    assertThat(nodesAndCaption(none))
        .isEqualTo("0 Too many files to draw, 74, and no command of the image to begin with");
    assertThat(found(Pattern.compile("<tr id=\"f(\\d+)\""), none, 1)).hasSize(74);
  }

  /** As for an ordinary user, whom the tests' class path need not be readable to. */
  @Test
  void whatMayNotBeReadIsARemarkOnThePage() throws IOException {
    Path root = Files.createDirectory(work.resolve("unreadable"));
    executable(root.resolve("library.so"), ElfBuilder.sharedObject().build());
    executable(root.resolve("program"), ElfBuilder.staticProgram().build());
    Path secret = root.resolve("secret");
    executable(secret, ElfBuilder.program().build());
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    Path page = work.resolve("page.html");
    new ForeignTool(Files.createDirectory(work.resolve("foreign")))
        .run(
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            System.getProperty("java.home") + "/bin/java",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName(),
            "inspect",
            "--html",
            page.toString(),
            pages.image("--copy", root + ":/").toString());
    String html = Files.readString(page);
    assertThat(html).contains("<li>/secret may not be read, so it was not looked at</li>");
    assertThat(found(NODE, html, 2, 3)).containsExactly("library /library.so", "program /program");
  }
}
