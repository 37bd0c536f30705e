package io.jrootfs.builder.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with holes in archives: what GNU tar and bsdtar write, and what nobody should. */
class SparseTest {
  @TempDir Path directory;

  /**
   * Nothing but a hole; a hole at either end; in the middle; more parts than fit into a header and
   * a block; a name that needs a long one; none at all.
   */
  private static final String FILES =
      """
      mkdir -p tree && cd tree
      truncate -s 1M all
      truncate -s 64K front; echo x >>front
      echo x >back; truncate -s 64K back
      echo x >middle; truncate -s 1M middle; echo y >>middle
      for i in $(seq 1 60); do
        printf "part $i" | dd of=many bs=1 seek=$((i * 8192)) conv=notrunc status=none
      done
      cp --sparse=always middle "$(printf 'long%.0s' $(seq 1 60))"
      echo whole >whole
      : >empty
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar --sparse --format=gnu",
        "tar --sparse --format=pax --sparse-version=0.0",
        "tar --sparse --format=pax --sparse-version=0.1",
        "tar --sparse --format=pax --sparse-version=1.0",
        "bsdtar --read-sparse --format=pax",
      })
  void holesOfOtherArchiversAreRead(String archiver) throws Exception {
    ExternalTool.shell(directory, FILES + "cd ..; $1 -cf t.tar -C tree .", archiver);
    // The archive must have left out most of the megabytes.
    assertThat(Files.size(directory.resolve("t.tar"))).isLessThan(1 << 20);
    ImmutableList<TarMember> members = TarReader.read(directory.resolve("t.tar"));
    int read = 0;
    for (TarMember member : members) {
      if (member.entry() instanceof RootfsEntry.RegularFile file) {
        read++;
        Path original = directory.resolve("tree" + file.path());
        assertThat(file.content().size()).isEqualTo(Files.size(original));
        try (InputStream in = file.content().open()) {
          assertThat(in.readAllBytes()).as(member.name()).isEqualTo(Files.readAllBytes(original));
        }
      }
    }
    assertThat(read).isEqualTo(8);

    DirectoryWriter.write(
        Rootfs.of(members.stream().map(TarMember::entry).toList()),
        directory.resolve("written"),
        DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT));
    ExternalTool.shell(directory, "diff -r tree written");
    // Of a mebibyte.
    assertThat(Integer.parseInt(ExternalTool.shell(directory, "stat -c %b written/all").strip()))
        .isLessThan(64);
  }

  /** Writes the checksum of the first header. */
  private static void sumUp(byte[] archive) {
    Arrays.fill(archive, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < HeaderField.BLOCK_SIZE; i++) {
      sum += archive[i] & 0xff;
    }
    byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, archive, 148, text.length);
  }

  private static RawTar.Header header(String name) {
    return RawTar.header(name).put(HeaderField.MAGIC, "ustar ");
  }

  private static Arguments refused(String what, RawTar archive, String reason) {
    return Arguments.of(what, archive.ended(), reason);
  }

  private static RawTar map(String map, String size, String content) {
    return new RawTar()
        .pax("GNU.sparse.map", map, "GNU.sparse.size", size)
        .add(header("x").size(content.length()))
        .content(content);
  }

  private static RawTar before(String realSize, String content) {
    return new RawTar()
        .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", realSize)
        .add(header("x").size(content.length()))
        .content(content);
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        refused("more than is stored", map("0,5", "9", "1234"), "has a map of 5 bytes"),
        refused("less than is stored", map("0,3", "9", "1234"), "has a map of 3 bytes"),
        refused("past the end", map("7,4", "9", "1234"), "has a map of 4 bytes up to 11"),
        refused("overlapping", map("0,2,1,2", "9", "1234"), "of 2 bytes at 1 is out of order"),
        refused("backwards", map("5,2,0,2", "9", "1234"), "at 0 is out of order"),
        refused("half a part", map("0,2,4", "9", "12"), "in the middle of a part"),
        refused("no number", map("0,x", "9", "12"), "something else than a number"),
        refused("negative", map("0,-1", "9", "12"), "something else than a number"),
        refused("64 bits", map("0,9999999999999999999", "9", "12"), "else than a number"),
        refused("nothing between", map("0,,2", "9", "12"), "something else than a number"),
        refused(
            "no size",
            new RawTar().pax("GNU.sparse.map", "0,1").add(header("x").size(1)).content("1"),
            "sparse file of unknown size"),
        refused("a bomb", map("0,1", "999999999999999999", "1"), "less than a thousandth"),
        refused("map cut off", before("9", "2\n0\n"), "map is cut off"),
        refused("map without an end", before("9", Strings.repeat("1", 600)), "map is cut off"),
        refused("map of other things", before("9", "many\n"), "something else than a number"),
        refused("map larger than all", before("9", "1\n0\n600\n"), "has a map of 600 bytes"),
        refused(
            "form to come",
            new RawTar().pax("GNU.sparse.major", "2").add(header("x")),
            "in a form that is not known"),
        refused(
            "name with dots",
            new RawTar()
                .pax(
                    "GNU.sparse.map",
                    "0,1",
                    "GNU.sparse.size",
                    "1",
                    "GNU.sparse.name",
                    "../../etc/x")
                .add(header("x").size(1))
                .content("1"),
            "'..'"),
        refused("for every entry", new RawTar().globalPax("GNU.sparse.size", "1"), "every entry"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void whatNoWriterMakesIsRefused(String what, byte[] archive, String reason) throws Exception {
    Path file = directory.resolve("t.tar");
    Files.write(file, archive);
    assertThatThrownBy(() -> TarReader.read(file))
        .isInstanceOf(TarFormatException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(ints = {386, 398, 482, 483})
  void damageOfGnuTarsOwnMapIsRefusedOrRead(int offset) throws Exception {
    ExternalTool.shell(
        directory, FILES + "cd ..; tar --sparse --format=gnu -cf t.tar -C tree many");
    byte[] archive = Files.readAllBytes(directory.resolve("t.tar"));
    for (String damage : ImmutableList.of("7777", "x", "\u0000", "\u00ff\u00ff")) {
      byte[] damaged = archive.clone();
      byte[] bytes = damage.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(bytes, 0, damaged, offset, bytes.length);
      sumUp(damaged);
      Path file = directory.resolve("damaged.tar");
      Files.write(file, damaged);
      try {
        for (TarMember member : TarReader.read(file)) {
          RootfsEntry.RegularFile read = (RootfsEntry.RegularFile) member.entry();
          try (InputStream in = read.content().open()) {
            assertThat(in.readAllBytes()).hasSize((int) read.content().size());
          }
        }
      } catch (TarFormatException e) {
        assertThat(e.reason()).isNotEmpty();
      }
    }
  }
}
