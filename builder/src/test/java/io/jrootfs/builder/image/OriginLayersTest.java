package io.jrootfs.builder.image;

import static io.jrootfs.builder.image.Trees.directory;
import static io.jrootfs.builder.image.Trees.file;
import static io.jrootfs.builder.image.Trees.hardLink;
import static io.jrootfs.builder.image.Trees.symlink;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A tree that is split into layers is still that tree. */
class OriginLayersTest {
  private static final Rootfs TREE =
      Rootfs.of(
          List.of(
              directory("/"),
              directory("/empty"),
              directory("/etc"),
              file("/etc/generated", "nobody's"),
              directory("/usr"),
              directory("/usr/bin"),
              file("/usr/bin/big", "b".repeat(5000)),
              hardLink("/usr/bin/big-again", "/usr/bin/big"),
              file("/usr/bin/small", "s"),
              directory("/usr/lib"),
              symlink("/usr/lib/libbig.so", "libbig.so.1"),
              file("/usr/lib/libbig.so.1", "B".repeat(100)),
              file("/usr/lib/middle", "m".repeat(3000))));

  private static final ImmutableMap<RootfsPath, String> ORIGINS =
      ImmutableMap.of(
          RootfsPath.of("/usr/bin/big"), "big",
          RootfsPath.of("/usr/lib/libbig.so"), "big",
          RootfsPath.of("/usr/lib/libbig.so.1"), "big",
          RootfsPath.of("/usr/lib/middle"), "middle",
          RootfsPath.of("/usr/bin/small"), "small");

  private static List<String> paths(Rootfs tree) {
    return tree.entries().keySet().stream().map(RootfsPath::value).toList();
  }

  @Test
  void theLargestOriginsHaveLayersOfTheirOwnAndTheRestIsTogether() {
    ImmutableList<OriginLayers.Part> parts = OriginLayers.split(TREE, ORIGINS, 3);
    assertThat(parts)
        .extracting(OriginLayers.Part::content)
        .containsExactly("big", "middle", "everything else");
    assertThat(paths(parts.get(1).tree()))
        .containsExactly("/", "/usr", "/usr/lib", "/usr/lib/middle");
    assertThat(paths(parts.get(2).tree()))
        .containsExactly(
            "/",
            "/empty",
            "/etc",
            "/etc/generated",
            "/usr",
            "/usr/bin",
            "/usr/bin/small",
            "/usr/lib");
  }

  @Test
  void allNamesOfAFileAreInOneLayer() {
    assertThat(paths(OriginLayers.split(TREE, ORIGINS, 2).get(0).tree()))
        .contains("/usr/bin/big", "/usr/bin/big-again");
  }

  @Test
  void oneLayerIsTheTreeItself() {
    assertThat(OriginLayers.split(TREE, ORIGINS, 1))
        .containsExactly(new OriginLayers.Part("", TREE));
    assertThatThrownBy(() -> OriginLayers.split(TREE, ORIGINS, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aChangeOfOneOriginLeavesTheLayersOfTheOthers() {
    TreeMap<RootfsPath, RootfsEntry> changed = new TreeMap<>(TREE.entries());
    changed.put(RootfsPath.of("/usr/lib/middle"), file("/usr/lib/middle", "n".repeat(3001)));
    ImmutableList<OriginLayers.Part> before = OriginLayers.split(TREE, ORIGINS, 8);
    ImmutableList<OriginLayers.Part> after =
        OriginLayers.split(Rootfs.of(changed.values()), ORIGINS, 8);
    assertThat(before).hasSize(4);
    assertThat(after)
        .filteredOn(part -> !before.contains(part))
        .extracting(OriginLayers.Part::content)
        .containsExactly("middle");
  }

  @Provide
  Arbitrary<Map<String, String>> owners() {
    return Arbitraries.maps(
        Arbitraries.of(
            TREE.entries().keySet().stream().map(RootfsPath::value).toArray(String[]::new)),
        Arbitraries.of("a", "b", "c", "d"));
  }

  @Property(tries = 40)
  void stackedTheyAreTheTreeWhoeverOwnsWhat(@ForAll("owners") Map<String, String> owners)
      throws Exception {
    TreeMap<RootfsPath, String> origins = new TreeMap<>();
    owners.forEach((path, owner) -> origins.put(RootfsPath.of(path), owner));
    Path work = Files.createTempDirectory("origin-layers");
    try {
      for (int most = 1; most <= 5; most++) {
        Rootfs[] layers =
            OriginLayers.split(TREE, origins, most).stream()
                .map(OriginLayers.Part::tree)
                .toArray(Rootfs[]::new);
        assertThat(layers).hasSizeBetween(1, most);
        WrittenImage image =
            Samples.write(work.resolve("image.tar"), Compression.NONE, work, layers);
        Image read = ImageReader.open(image.path(), ImageSelection.forThisMachine(), work);
        assertThat(Trees.contents(LayerFlattener.flatten(read, work)))
            .isEqualTo(Trees.contents(TREE));
      }
    } finally {
      MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
