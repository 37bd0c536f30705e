package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LdSoCacheReaderTest {
  @TempDir Path directory;

  private LdSoCache read(byte[] bytes) throws IOException, MalformedLdSoCacheException {
    Path file = directory.resolve("ld.so.cache");
    Files.write(file, bytes);
    return LdSoCacheReader.read(file);
  }

  private static Optional<String> path(LdSoCache cache, String soname, int flags) {
    return cache.find(soname, flags, ImmutableList.of(), HwcapBits.NONE).map(LdSoCache.Entry::path);
  }

  @Test
  void everyEntryOfThisMachinesCacheIsWhatLdconfigPrints() throws Exception {
    LdSoCache cache = LdSoCacheReader.read(Path.of("/etc/ld.so.cache"));
    List<String> ours = new ArrayList<>();
    cache.entries().values().forEach(it -> ours.add(it.soname() + " => " + it.path()));
    Process ldconfig = new ProcessBuilder("/sbin/ldconfig", "-p").start();
    String printed = new String(ldconfig.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(ldconfig.waitFor()).isZero();
    // "\tlibz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1"
    List<String> theirs =
        printed
            .lines()
            .filter(line -> line.startsWith("\t"))
            .map(line -> line.strip().replaceFirst(" \\([^)]*\\) =>", " =>"))
            .toList();
    assertThat(ours).hasSizeGreaterThan(10).containsExactlyElementsOf(theirs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"old", "compat", "new"})
  void everyFormatThatLdconfigWritesIsReadAlike(String format) throws Exception {
    String file = directory.resolve(format).toString();
    ExternalTool.shell(directory, "/sbin/ldconfig -X -c $1 -C $2", format, file);
    LdSoCache cache = LdSoCacheReader.read(Path.of(file));
    List<String> ours = new ArrayList<>();
    cache.entries().values().forEach(it -> ours.add(it.soname() + " => " + it.path()));
    List<String> theirs =
        ExternalTool.run(directory, "/sbin/ldconfig", "-p", "-C", file)
            .lines()
            .filter(line -> line.startsWith("\t"))
            .map(line -> line.strip().replaceFirst(" \\([^)]*\\) =>", " =>"))
            .toList();
    assertThat(ours).hasSizeGreaterThan(10).containsExactlyElementsOf(theirs);
  }

  @Test
  void bothByteOrdersAreRead() throws Exception {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      for (int flags : new int[] {0, order.equals(ByteOrder.LITTLE_ENDIAN) ? 2 : 3}) {
        byte[] bytes =
            new LdSoCacheBuilder()
                .order(order)
                .entry("liba.so.1", "/lib/liba.so.1")
                .with("flags", flags)
                .build();
        LdSoCache cache = read(bytes);
        assertThat(cache.byteOrder()).contains(order);
        assertThat(path(cache, "liba.so.1", LdSoCacheBuilder.X86_64)).contains("/lib/liba.so.1");
      }
    }
  }

  @Test
  void anOldTableMayStandBeforeTheNewOne() throws Exception {
    LdSoCache cache =
        read(new LdSoCacheBuilder().embedded().entry("liba.so.1", "/lib/liba.so.1").build());
    assertThat(path(cache, "liba.so.1", LdSoCacheBuilder.X86_64)).contains("/lib/liba.so.1");
  }

  @Test
  void theFirstEntryForTheArchitectureAndEveryProcessorWins() throws Exception {
    LdSoCache cache =
        read(
            new LdSoCacheBuilder()
                .entry("liba.so.1", "/hwcaps/liba.so.1", LdSoCacheBuilder.X86_64, 1L << 62)
                .entry("liba.so.1", "/lib32/liba.so.1", 0x003, 0)
                .entry("liba.so.1", "/first/liba.so.1")
                .entry("liba.so.1", "/second/liba.so.1")
                .build());
    assertThat(path(cache, "liba.so.1", LdSoCacheBuilder.X86_64)).contains("/first/liba.so.1");
    assertThat(path(cache, "liba.so.1", 0x003)).contains("/lib32/liba.so.1");
    assertThat(path(cache, "liba.so.1", 0xa03)).isEmpty();
    assertThat(path(cache, "liba.so", LdSoCacheBuilder.X86_64)).isEmpty();
  }

  static Stream<Arguments> hostileCaches() {
    return Stream.of(
        Arguments.of("nlibs", -1L, "entry table at offset 48 ends past end of file"),
        Arguments.of("nlibs", 3L, "entry table at offset 48 ends past end of file"),
        Arguments.of("flags", 1L, "byte order flag at offset 28 is the value that means invalid"));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("hostileCaches")
  void hostileFieldIsRefusedByName(String field, long value, String message) {
    byte[] bytes =
        new LdSoCacheBuilder().entry("liba.so.1", "/lib/liba.so.1").with(field, value).build();
    assertThatExceptionOfType(MalformedLdSoCacheException.class)
        .isThrownBy(() -> read(bytes))
        .withMessageContaining(message)
        .withMessageContaining(directory.resolve("ld.so.cache").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "value"})
  void anEntryThatLeadsNowhereIsLost(String field) throws Exception {
    for (long offset : new long[] {-1, 1000}) {
      assertThat(
              read(new LdSoCacheBuilder()
                      .entry("liba.so.1", "/lib/liba.so.1")
                      .with(field, offset)
                      .build())
                  .entries()
                  .values())
          .isEmpty();
    }
  }

  @Test
  void aFileOfAnotherKindIsNoCache() {
    for (String text : new String[] {"", "hello", "ld.so-1.7.0", "ld.so-1.7.0\0\0\0\0\0"}) {
      assertThatExceptionOfType(MalformedLdSoCacheException.class)
          .as(text)
          .isThrownBy(() -> read(text.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void sharedStringsCannotFillTheMemory() {
    LdSoCacheBuilder builder = new LdSoCacheBuilder();
    builder.entry("x".repeat(4000), "/lib/x");
    for (int i = 0; i < 20_000; i++) {
      builder.entry("y", "/lib/y");
    }
    byte[] bytes = builder.with("key", 48 + 20_001 * 24).build();
    assertThatExceptionOfType(MalformedLdSoCacheException.class)
        .isThrownBy(() -> read(bytes))
        .withMessageContaining("makes the strings exceed");
  }

  @Property
  void anyDamageIsReadOrRefused(
      @ForAll @IntRange(max = 150) int position,
      @ForAll byte value,
      @ForAll @IntRange(max = 200) int length)
      throws IOException {
    byte[] bytes =
        new LdSoCacheBuilder().entry("liba.so.1", "/lib/liba.so.1").entry("b", "/b").build();
    bytes[position % bytes.length] = value;
    Path file = Files.createTempFile("cache", null);
    try {
      Files.write(file, Arrays.copyOf(bytes, Math.min(length, bytes.length)));
      assertThat(LdSoCacheReader.read(file).entries().size()).isLessThan(3);
    } catch (MalformedLdSoCacheException e) {
      assertThat(e).hasMessageStartingWith(file + ": ");
    } finally {
      Files.delete(file);
    }
  }
}
