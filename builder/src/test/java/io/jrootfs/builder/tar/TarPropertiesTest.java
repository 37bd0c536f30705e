package io.jrootfs.builder.tar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class TarPropertiesTest {
  private static Path archive;
  private static byte[] sample;

  @BeforeContainer
  static void makeArchive() throws IOException {
    archive = Files.createTempFile("property", ".tar");
    sample = bytes(SampleTrees.everyKind());
  }

  @AfterContainer
  static void deleteArchive() throws IOException {
    Files.delete(archive);
  }

  private static byte[] bytes(Rootfs rootfs) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TarWriter(Long.MAX_VALUE).write(rootfs, out);
    return out.toByteArray();
  }

  @Property(tries = 500)
  void whatIsWrittenIsRead(@ForAll("trees") Rootfs rootfs) throws Exception {
    Files.write(archive, bytes(rootfs));

    List<RootfsEntry> read = new ArrayList<>();
    for (TarMember member : TarReader.read(archive)) {
      read.add(comparable(member.entry(), rootfs));
    }

    assertThat(read).containsExactlyElementsOf(rootfs.all());
  }

  /** Contents in memory; a hard link with the attributes of its target, which are not repeated. */
  private static RootfsEntry comparable(RootfsEntry entry, Rootfs rootfs) throws IOException {
    if (entry instanceof RootfsEntry.RegularFile file) {
      try (InputStream in = file.content().open()) {
        FileContent content = new FileContent.Literal(Bytes.copyOf(in.readAllBytes()));
        return new RootfsEntry.RegularFile(file.path(), file.metadata(), content);
      }
    }
    if (entry instanceof RootfsEntry.HardLink link) {
      Metadata target = rootfs.get(link.target()).orElseThrow().metadata();
      return new RootfsEntry.HardLink(
          link.path(), link.metadata().withXattrs(target.xattrs()), link.target());
    }
    return entry;
  }

  @Property(tries = 200)
  void orderOfEntriesDoesNotReachTheBytes(@ForAll("trees") Rootfs rootfs, @ForAll Random random)
      throws IOException {
    List<RootfsEntry> shuffled = new ArrayList<>(rootfs.all());
    Collections.shuffle(shuffled, random);

    assertThat(bytes(Rootfs.of(shuffled))).isEqualTo(bytes(rootfs));
  }

  /** Nothing but the promised exception, whatever the bytes; headers keep correct checksums. */
  @Property(tries = 3000)
  void damagedArchivesAreReadOrRefused(@ForAll Random random) throws IOException {
    byte[] damaged = sample.clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      int block = random.nextInt(damaged.length / 512) * 512;
      damaged[block + random.nextInt(512)] = interesting(random);
      if (random.nextInt(4) > 0) {
        correctChecksum(damaged, block);
      }
    }
    if (random.nextInt(4) == 0) {
      damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
    }
    Files.write(archive, damaged);
    try {
      for (TarMember member : TarReader.read(archive)) {
        assertThat(member.entry().path().value()).doesNotContain("/../").startsWith("/");
        if (member.entry() instanceof RootfsEntry.RegularFile file) {
          FileContent.Slice slice = (FileContent.Slice) file.content();
          assertThat(slice.offset() + slice.size()).isBetween(0L, (long) damaged.length);
        }
      }
    } catch (TarFormatException e) {
      assertThat(e.offset()).isBetween(0L, (long) damaged.length);
      assertThat(e.reason()).isNotEmpty();
    }
  }

  private static byte interesting(Random random) {
    byte[] often = {0, ' ', '/', '.', '0', '7', '9', '=', '\n', 'x', 'g', 'L', (byte) 0x80, -1};
    return random.nextBoolean() ? often[random.nextInt(often.length)] : (byte) random.nextInt();
  }

  private static void correctChecksum(byte[] archive, int block) {
    Arrays.fill(archive, block + 148, block + 156, (byte) ' ');
    int sum = 0;
    for (int i = block; i < block + 512; i++) {
      sum += archive[i] & 0xff;
    }
    byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, archive, block + 148, 8);
  }

  /** What to put at a path; {@code choice} selects the kind. */
  private record Draft(
      List<String> names, int choice, Metadata metadata, Bytes content, String target) {}

  @Provide
  Arbitrary<Rootfs> trees() {
    return drafts().list().ofMaxSize(12).map(TarPropertiesTest::tree);
  }

  private static Arbitrary<Draft> drafts() {
    Arbitrary<String> name =
        Arbitraries.oneOf(
            Arbitraries.of("a", "b", "usr", "lib"),
            Arbitraries.strings().withChars("ab-/üO\n=%").ofMinLength(1).ofMaxLength(9),
            Arbitraries.strings().withChars('x', 'y').ofMinLength(90).ofMaxLength(255));
    return Combinators.combine(
            name.map(text -> text.replace("/", "_").replace("O", "😀"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4),
            Arbitraries.integers().between(0, 9),
            metadata(),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(1100).map(Bytes::copyOf),
            Arbitraries.strings().withChars("ab./ü").ofMinLength(1).ofMaxLength(150))
        .as(Draft::new);
  }

  private static Arbitrary<Metadata> metadata() {
    Arbitrary<Long> ids =
        Arbitraries.oneOf(
            Arbitraries.just(0L),
            Arbitraries.longs().between(0, Metadata.MAX_ID),
            Arbitraries.of(2097151L, 2097152L, Metadata.MAX_ID));
    Arbitrary<Long> times =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-1L << 40, 1L << 40),
            Arbitraries.of(0L, -1L, 8589934591L, 8589934592L));
    Arbitrary<Map<String, Bytes>> xattrs =
        Arbitraries.maps(
                Arbitraries.strings().withChars("ab=%ü\n ").ofMinLength(1).ofMaxLength(9),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(120).map(Bytes::copyOf))
            .ofMaxSize(3);
    return Combinators.combine(Arbitraries.integers().between(0, 07777), ids, ids, times, xattrs)
        .as(
            (mode, uid, gid, mtime, x) ->
                new Metadata(mode, uid, gid, mtime, ImmutableSortedMap.copyOf(x)));
  }

  /**
   * The drafts that fit together; where one needs a directory and finds another, it is left out.
   */
  private static Rootfs tree(List<Draft> drafts) {
    NavigableMap<RootfsPath, RootfsEntry> entries = new TreeMap<>();
    entries.put(RootfsPath.ROOT, new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0755)));
    for (Draft draft : drafts) {
      RootfsPath parent = RootfsPath.ROOT;
      for (String name : draft.names.subList(0, draft.names.size() - 1)) {
        parent = parent.child(name);
        entries.putIfAbsent(parent, new RootfsEntry.Directory(parent, Metadata.ofMode(0700)));
        if (!(entries.get(parent) instanceof RootfsEntry.Directory)) {
          break;
        }
      }
      if (entries.get(parent) instanceof RootfsEntry.Directory) {
        RootfsPath path = parent.child(draft.names.get(draft.names.size() - 1));
        entries.putIfAbsent(path, entry(draft, path, entries));
      }
    }
    return Rootfs.of(entries.values());
  }

  private static RootfsEntry entry(
      Draft draft, RootfsPath path, NavigableMap<RootfsPath, RootfsEntry> entries) {
    Metadata metadata = draft.metadata;
    return switch (draft.choice) {
      case 0 -> new RootfsEntry.Directory(path, metadata);
      case 1 -> new RootfsEntry.Symlink(path, metadata, draft.target);
      case 2 -> new RootfsEntry.Fifo(path, metadata);
      case 3 ->
          new RootfsEntry.Device(path, metadata, RootfsEntry.Device.Type.BLOCK, 4095, 1048575);
      case 4 -> new RootfsEntry.Device(path, metadata, RootfsEntry.Device.Type.CHARACTER, 0, 1);
      case 5, 6 -> hardLink(draft, path, entries);
      default -> file(draft, path);
    };
  }

  private static RootfsEntry hardLink(
      Draft draft, RootfsPath path, NavigableMap<RootfsPath, RootfsEntry> entries) {
    RootfsEntry before = entries.lowerEntry(path).getValue();
    return before instanceof RootfsEntry.Directory || before instanceof RootfsEntry.HardLink
        ? file(draft, path)
        : new RootfsEntry.HardLink(path, before.metadata(), before.path());
  }

  private static RootfsEntry file(Draft draft, RootfsPath path) {
    return new RootfsEntry.RegularFile(
        path, draft.metadata, new FileContent.Literal(draft.content));
  }
}
