package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build step that writes down what javac leaves to the first call. */
final class PlainClassesTest {
  @TempDir private Path work;

  private static Path classes() throws Exception {
    return Path.of(
        PlainClassesFixture.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private Path jar() throws Exception {
    Path jar = work.resolve("fixture.jar");
    Path directory = classes();
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.list(directory.resolve("io/jrootfs/builder/cli"))) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().startsWith("PlainClassesFixture")) {
          out.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
          out.write(Files.readAllBytes(file));
          out.closeEntry();
        }
      }
    }
    return jar;
  }

  private void rewrite(Path jar) throws Exception {
    Path said = work.resolve("said");
    int status =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "src/build/java/PlainClasses.java",
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(said)).isZero();
  }

  private static List<?> results(Path jar) throws Exception {
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      Class<?> fixture = loader.loadClass(PlainClassesFixture.class.getName());
      Method results = fixture.getDeclaredMethod("results");
      results.setAccessible(true);
      return (List<?>) results.invoke(null);
    }
  }

  private static List<String> namesOf(Path jar, String content) throws Exception {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        if (new String(bytes, StandardCharsets.ISO_8859_1).contains(content)) {
          names.add(entry.getName());
        }
      }
    }
    return names;
  }

  @Test
  void recordsAndLambdasDoWhatTheyDidAndNothingIsMadeUpWhenTheyAreCalled() throws Exception {
    Path jar = jar();
    assertThat(namesOf(jar, "java/lang/runtime/ObjectMethods")).isNotEmpty();
    assertThat(namesOf(jar, "java/lang/invoke/LambdaMetafactory")).isNotEmpty();

    rewrite(jar);

    assertThat(namesOf(jar, "java/lang/runtime/ObjectMethods")).isEmpty();
    assertThat(namesOf(jar, "java/lang/invoke/LambdaMetafactory")).isEmpty();
    List<Object> expected = new ArrayList<>(PlainClassesFixture.results());
    assertThat(expected).hasSizeGreaterThan(80);
    assertThat(results(jar)).isEqualTo(expected);
  }

  @Test
  void theSameJarGivesTheSameBytesAndTheResultStaysAsItIs() throws Exception {
    Path jar = jar();
    byte[] before = Files.readAllBytes(jar);
    rewrite(jar);
    byte[] first = Files.readAllBytes(jar);
    Files.write(jar, before);
    rewrite(jar);
    assertThat(Files.readAllBytes(jar)).isEqualTo(first).isNotEqualTo(before);
    rewrite(jar);
    assertThat(Files.readAllBytes(jar)).isEqualTo(first);
  }
}
