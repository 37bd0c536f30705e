package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Stacked layers are what umoci, which unpacks them one over the other, leaves on disk. */
class UmociComparisonTest {

  /**
   * A change a layer may bring.
   *
   * @param directory in which it happens; the layer describes it and its parents
   * @param what of the kinds below
   */
  private record Change(String directory, String name, What what) {
    @Override
    public String toString() {
      return what + " " + directory + name;
    }
  }

  private enum What {
    FILE,
    DIRECTORY,
    SYMLINK,
    REMOVAL,
    CLEARING
  }

  @Provide
  Arbitrary<List<List<Change>>> changes() {
    Arbitrary<String> name = Arbitraries.of("a", "b", "c");
    Arbitrary<String> directory =
        name.list()
            .ofMaxSize(2)
            .map(names -> String.join("/", names) + (names.isEmpty() ? "" : "/"));
    return Combinators.combine(directory, name, Arbitraries.of(What.class))
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .list()
        .ofMinSize(2)
        .ofMaxSize(4);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void flattenedLayersEqualUnpackedOnes(@ForAll("changes") List<List<Change>> changes)
      throws Exception {
    Path directory = Files.createTempDirectory("umoci-comparison");
    try {
      List<LayerTar> layers = new ArrayList<>();
      for (List<Change> layer : changes) {
        layers.add(tar(layer, layers.size()));
      }
      WrittenImage image = LayerTar.image(directory.resolve("image.tar"), directory, layers);
      Image opened = ImageReader.open(image.path(), ImageSelection.forThisMachine(), directory);
      assertThat(LayerFlattenerTest.listing(LayerFlattener.flatten(opened, directory)))
          .as("%s", layers)
          .containsExactlyInAnyOrderElementsOf(unpacked(image.path(), directory));
    } finally {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /**
   * A layer as the specification wants it: parents first, whiteouts before siblings, no doubles.
   */
  private static LayerTar tar(List<Change> changes, int number) {
    Set<String> directories = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    LayerTar tar = LayerTar.layer();
    for (Change change : changes) {
      for (int slash = change.directory.indexOf('/');
          slash >= 0;
          slash = change.directory.indexOf('/', slash + 1)) {
        directories.add(change.directory.substring(0, slash));
      }
      if (change.what == What.DIRECTORY) {
        directories.add(change.directory + change.name);
      }
    }
    directories.forEach(tar::directory);
    for (What what : List.of(What.CLEARING, What.REMOVAL, What.FILE, What.SYMLINK)) {
      for (Change change : changes) {
        String path = change.directory + change.name;
        boolean isNew =
            change.what == what
                && switch (what) {
                  case CLEARING -> others.add(change.directory + ".wh..wh..opq");
                  // A layer does not remove what it brings; there readers may differ.
                  case REMOVAL ->
                      !directories.contains(path)
                          && others.add(change.directory + ".wh." + change.name);
                  default ->
                      !directories.contains(path)
                          && !others.contains(change.directory + ".wh." + change.name)
                          && others.add(path);
                };
        if (isNew) {
          add(tar, change, number);
        }
      }
    }
    return tar;
  }

  private static void add(LayerTar tar, Change change, int number) {
    switch (change.what) {
      case CLEARING -> tar.file(change.directory + ".wh..wh..opq", "");
      case REMOVAL -> tar.file(change.directory + ".wh." + change.name, "");
      case FILE -> tar.file(change.directory + change.name, "layer " + number);
      case SYMLINK -> tar.symlink(change.directory + change.name, "a");
      case DIRECTORY -> throw new IllegalArgumentException("directories are added first");
    }
  }

  private static List<String> unpacked(Path archive, Path directory) throws IOException {
    ForeignTool foreign = new ForeignTool(Files.createDirectory(directory.resolve("foreign")));
    Path layout = Files.createDirectory(directory.resolve("layout"));
    foreign.run("tar", "-C", layout.toString(), "-xf", archive.toString());
    Path bundle = directory.resolve("bundle");
    foreign.run("umoci", "unpack", "--image", layout + ":1.0", bundle.toString());
    Path root = bundle.resolve("rootfs");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> !file.equals(root))
          .map(file -> root.relativize(file) + describe(file))
          .toList();
    }
  }

  private static String describe(Path file) {
    try {
      if (Files.isSymbolicLink(file)) {
        return "->" + Files.readSymbolicLink(file);
      }
      return Files.isDirectory(file) ? "/" : "=" + Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
