package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A Java that starts our programs.
 *
 * @param feature version, such as 17
 * @param home its directory
 */
record Jdk(int feature, Path home) {
  /** One of each feature version in the usual place, the oldest first. */
  static ImmutableList<Jdk> installed() throws IOException {
    TreeMap<Integer, Jdk> found = new TreeMap<>();
    try (DirectoryStream<Path> homes = Files.newDirectoryStream(Path.of("/usr/lib/jvm"))) {
      for (Path home : homes) {
        if (Files.isReadable(home.resolve("release"))) {
          Properties release = new Properties();
          try (InputStream in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
          }
          String version = release.getProperty("JAVA_VERSION").replace("\"", "");
          int feature = Integer.parseInt(version.replaceFirst("\\D.*", ""));
          found.merge(feature, new Jdk(feature, home), (a, b) -> older(a, b));
        }
      }
    }
    return ImmutableSortedMap.copyOf(found.tailMap(17, true)).values().asList();
  }

  /** Any, but the same each time: links to a JDK stand beside it. */
  private static Jdk older(Jdk a, Jdk b) {
    return Comparator.comparing(Jdk::home).compare(a, b) <= 0 ? a : b;
  }

  /** What makes our programs take this one, before their command. */
  String environment() {
    return "env JBUILD_JAVA=" + home + " JRUN_JAVA=" + home + " ";
  }

  String name(String program) {
    return program + " (Java " + feature + ")";
  }
}
