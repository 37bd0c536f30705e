package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of recipes by way of the command line share. */
abstract class RecipeCommands {
  @TempDir Path temporary;

  Path work;

  ImmutableMap<String, String> environment = ImmutableMap.of("PATH", "/usr/bin:/bin");

  @BeforeEach
  void resolveLinks() throws IOException {
    work = temporary.toRealPath();
  }

  Invocation jbuild(String... arguments) {
    return Invocation.with(environment, arguments);
  }

  String recipe(String text) throws IOException {
    return Files.writeString(work.resolve("recipe.yaml"), "recipe: 1\n" + text).toString();
  }

  Invocation build(String recipe, String... more) {
    List<String> words = new ArrayList<>(List.of("rootfs", "--recipe", recipe));
    words.addAll(List.of(more));
    if (!words.contains("-o")) {
      words.addAll(List.of("-o", work.resolve("image.tar").toString()));
    }
    return jbuild(words.toArray(new String[0]));
  }

  Path tree(String recipe) throws IOException {
    Path root = work.resolve("root");
    Invocation result = build(recipe, "--format", "dir", "-o", root.toString());
    assertThat(result.status()).as(result.err()).isZero();
    return root;
  }

  Image image() throws Exception {
    return ImageReader.open(work.resolve("image.tar"), ImageSelection.forThisMachine(), work);
  }

  static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  String stat(Path file) throws Exception {
    return output("stat", "--format=%a %u:%g %F", file.toString()).strip();
  }
}
