package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Images, their pages, and what is found in these.
 *
 * @param work takes them
 */
record InspectionPages(Path work) {
  /** Number, style and title of a file of the drawing. */
  static final Pattern NODE =
      Pattern.compile("<a id=\"n(\\d+)\" href=\"#f\\1\" class=\"node (\\w+)\"><title>([^<]*)<");

  static final String LIBRARIES = "/usr/lib/x86_64-linux-gnu/";

  Path page(Path image) {
    Path page = work.resolve("page.html");
    assertThat(Invocation.of("inspect", "--html", "" + page, "" + image).err()).isEmpty();
    return page;
  }

  Path image(String... options) {
    Path image = work.resolve("image.tar");
    List<String> words = new ArrayList<>(List.of("rootfs", "-q", "-o", "" + image));
    words.addAll(List.of(options));
    assertThat(Invocation.of(words.toArray(String[]::new)).err()).isEmpty();
    return image;
  }

  /** Those groups of every match, with blanks between. */
  static List<String> found(Pattern pattern, String text, int... groups) {
    List<String> found = new ArrayList<>();
    for (MatchResult match : pattern.matcher(text).results().toList()) {
      StringBuilder one = new StringBuilder();
      for (int group : groups) {
        one.append(one.isEmpty() ? "" : " ").append(unescaped(match.group(group)));
      }
      found.add(one.toString());
    }
    return found;
  }

  private static String unescaped(String text) {
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  static void executable(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
