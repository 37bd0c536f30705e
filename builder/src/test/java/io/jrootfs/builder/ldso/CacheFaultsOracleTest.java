package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.closure.TracedRoot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A damaged ld.so.cache leads where it leads this machine's loader: three libraries in a directory
 * of its own, which only a cache leads to.
 */
class CacheFaultsOracleTest {
  private static final String[] LIBRARIES = {"liba.so.1", "libb.so.1", "libc2.so.1"};

  private static final int NLIBS = 20;
  private static final int FLAGS = 28;
  private static final int EXTENSION = 32;
  private static final int ENTRIES = 48;
  private static final int ENTRY = 24;

  @TempDir static Path directory;
  private static TracedRoot root;

  @BeforeAll
  static void rootWithCache() throws Exception {
    root = TracedRoot.in(directory);
    root.shell(
        "for name; do lib $name root/opt/$name; done; app root/opt/*;"
            + "mkdir -p root/opt/glibc-hwcaps/x86-64-v2;"
            + "cp root/opt/liba.so.1 root/opt/glibc-hwcaps/x86-64-v2/;"
            + "echo /opt >root/etc/ld.so.conf; /sbin/ldconfig -r root;"
            + "cp root/etc/ld.so.cache good;"
            + "/sbin/ldconfig -r root -c compat; cp root/etc/ld.so.cache compat;"
            + "/sbin/ldconfig -r root -c old; cp root/etc/ld.so.cache old",
        LIBRARIES);
  }

  private static Arguments fault(String what, String cache, UnaryOperator<byte[]> damage) {
    return Arguments.of(what, cache, damage);
  }

  private static UnaryOperator<byte[]> with(Consumer<ByteBuffer> change) {
    return bytes -> {
      change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
      return bytes;
    };
  }

  private static int extension(ByteBuffer cache) {
    return cache.getInt(EXTENSION);
  }

  /** Where the entry of a library begins that stands in no subdirectory. */
  private static int entryOf(ByteBuffer cache, String library) {
    for (int at = ENTRIES; ; at += ENTRY) {
      byte[] name = library.getBytes(StandardCharsets.US_ASCII);
      if (cache.slice(cache.getInt(at + 4), name.length).equals(ByteBuffer.wrap(name))
          && cache.getLong(at + 16) == 0) {
        return at;
      }
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("none", "good", bytes -> bytes),
        fault("none", "compat", bytes -> bytes),
        fault("none", "old", bytes -> bytes),
        fault("empty", "good", bytes -> new byte[0]),
        fault("header cut", "good", bytes -> Arrays.copyOf(bytes, 40)),
        fault("header alone", "good", bytes -> Arrays.copyOf(bytes, ENTRIES)),
        fault("entries cut", "good", bytes -> Arrays.copyOf(bytes, ENTRIES + ENTRY)),
        fault("strings cut", "good", bytes -> Arrays.copyOf(bytes, ENTRIES + 6 * ENTRY)),
        fault("magic", "good", with(it -> it.put(0, (byte) 'x'))),
        fault("version", "good", with(it -> it.put(19, (byte) '2'))),
        fault("byte order unset", "good", with(it -> it.put(FLAGS, (byte) 0))),
        fault("byte order invalid", "good", with(it -> it.put(FLAGS, (byte) 1))),
        fault("byte order other", "good", with(it -> it.put(FLAGS, (byte) 3))),
        fault("byte order bits to come", "good", with(it -> it.put(FLAGS, (byte) 6))),
        fault("no entries", "good", with(it -> it.putInt(NLIBS, 0))),
        fault("too many entries", "good", with(it -> it.putInt(NLIBS, 100_000))),
        fault("4294967295 entries", "good", with(it -> it.putInt(NLIBS, -1))),
        fault(
            "name past the end",
            "good",
            with(it -> it.putInt(entryOf(it, "liba.so.1") + 4, 1 << 20))),
        fault(
            "path past the end",
            "good",
            with(it -> it.putInt(entryOf(it, "liba.so.1") + 8, 1 << 20))),
        fault(
            "another architecture", "good", with(it -> it.putInt(entryOf(it, "liba.so.1"), 0xa03))),
        fault(
            "bits of a processor",
            "good",
            with(it -> it.putLong(entryOf(it, "liba.so.1") + 16, 1L << 50))),
        fault(
            "a subdirectory that has no name",
            "good",
            with(it -> it.putLong(entryOf(it, "liba.so.1") + 16, (1L << 62) + 99))),
        fault("no extension", "good", with(it -> it.putInt(EXTENSION, 0))),
        fault("extension past the end", "good", with(it -> it.putInt(EXTENSION, 1 << 20))),
        fault("extension at no multiple of 4", "good", with(it -> it.putInt(EXTENSION, 51))),
        fault("extension magic", "good", with(it -> it.putInt(extension(it), 1))),
        fault("extension count", "good", with(it -> it.putInt(extension(it) + 4, 1 << 20))),
        fault("section offset", "good", with(it -> it.putInt(extension(it) + 16, 1 << 20))),
        fault("section size", "good", with(it -> it.putInt(extension(it) + 20, 1 << 20))),
        fault("old magic", "old", with(it -> it.put(0, (byte) 'x'))),
        fault("old table empty", "old", with(it -> it.putInt(12, 0))),
        fault("old table too large", "old", with(it -> it.putInt(12, 100_000))),
        fault("old header cut", "old", bytes -> Arrays.copyOf(bytes, 14)),
        fault("table before the new header too large", "compat", with(it -> it.putInt(12, 9999))),
        fault("table before the new header empty", "compat", with(it -> it.putInt(12, 0))));
  }

  @Test
  void withoutDamageTheLoaderFindsAllOfThem() throws Exception {
    Files.copy(
        directory.resolve("good"),
        directory.resolve("root/etc/ld.so.cache"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(root.loaders()).containsOnlyKeys(LIBRARIES);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("faults")
  void aFaultGoesAsFarAsItDoesWithTheLoader(String what, String cache, UnaryOperator<byte[]> damage)
      throws Exception {
    Files.write(
        directory.resolve("root/etc/ld.so.cache"),
        damage.apply(Files.readAllBytes(directory.resolve(cache))));
    assertThat(root.ours()).isEqualTo(root.loaders());
  }
}
