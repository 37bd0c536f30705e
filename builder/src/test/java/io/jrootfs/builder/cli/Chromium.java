package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** A browser without a screen, its profile in a directory of the test. */
final class Chromium {
  private final Path home;

  /**
   * @param home takes the profile and what is written
   */
  Chromium(Path home) {
    this.home = home;
  }

  /**
   * What the browser made of a page.
   *
   * @param dom its elements after every script that it ran, as text
   * @param console what it had to say of the page: scripts' output, and what its policy refused
   */
  record Visit(String dom, List<String> console) {}

  /** Loads a page. */
  Visit visit(Path page) throws IOException {
    Run run = run(page, List.of("--dump-dom"));
    return new Visit(
        run.out(), run.err().lines().filter(line -> line.contains(":CONSOLE")).toList());
  }

  /** How a page looks, in the colours that the page asks for. */
  BufferedImage picture(Path page, int width, int height, boolean isDark) throws IOException {
    Path file = home.resolve("page.png");
    List<String> options =
        new ArrayList<>(List.of("--screenshot=" + file, "--window-size=" + width + "," + height));
    if (isDark) {
      options.add("--force-dark-mode");
    }
    run(page, options);
    BufferedImage picture = ImageIO.read(file.toFile());
    Files.delete(file);
    return picture;
  }

  /** How many points of a picture have each colour, as 0xRRGGBB. */
  static Map<Integer, Integer> colours(BufferedImage picture) {
    Map<Integer, Integer> colours = new TreeMap<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        colours.merge(picture.getRGB(x, y) & 0xffffff, 1, Integer::sum);
      }
    }
    return colours;
  }

  private record Run(String out, String err) {}

  private Run run(Path page, List<String> options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "chromium",
                "--headless",
                // Its own sandbox refuses root, who runs the tests.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--enable-logging=stderr",
                "--user-data-dir=" + home.resolve("profile")));
    command.addAll(options);
    command.add(page.toUri().toString());
    Path errors = home.resolve("chromium.err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = Files.readString(errors);
    try {
      assertThat(process.waitFor()).as(err).isZero();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    return new Run(out, err);
  }
}
