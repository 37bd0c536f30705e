package io.jrootfs.builder.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Whatever the bytes, the reader answers or throws its own exception. */
class ElfReaderHostileBytesTest {
  private static final List<ElfBuilder> GOOD =
      List.of(
          good(ElfBuilder.program()),
          good(ElfBuilder.program().on(ElfMachine.I386)),
          good(ElfBuilder.program().on(ElfMachine.S390X)),
          good(ElfBuilder.staticProgram()));

  private static ElfBuilder good(ElfBuilder builder) {
    return builder.needs("liba.so.1", "libb.so.2").soname("self").runPath("$ORIGIN/../lib");
  }

  /** One byte, somewhere, replaced. */
  record Change(int position, byte value) {}

  @Provide
  Arbitrary<Change> changes() {
    // Where the headers and the dynamic section stand, and values that overflow or point back.
    return Combinators.combine(
            Arbitraries.integers().between(4, 420),
            Arbitraries.bytes().edgeCases(it -> it.add((byte) 0, (byte) -1, (byte) 1)))
        .as(Change::new);
  }

  @Provide
  Arbitrary<List<Change>> mutations() {
    return changes().list().ofMinSize(1).ofMaxSize(8);
  }

  @Property(tries = 20_000)
  void anyMutationIsReadOrRefused(
      @ForAll @net.jqwik.api.constraints.IntRange(max = 3) int which,
      @ForAll("mutations") List<Change> mutations)
      throws IOException {
    byte[] bytes = GOOD.get(which).build();
    for (Change change : mutations) {
      bytes[change.position() % bytes.length] = change.value();
    }
    readOrRefuse(bytes);
  }

  @Property(tries = 2_000)
  void anyTruncationIsReadOrRefused(
      @ForAll @net.jqwik.api.constraints.IntRange(max = 3) int which,
      @ForAll @net.jqwik.api.constraints.IntRange(max = 500) int length)
      throws IOException {
    byte[] bytes = GOOD.get(which).build();
    readOrRefuse(Arrays.copyOf(bytes, Math.min(length, bytes.length)));
  }

  private static void readOrRefuse(byte[] bytes) throws IOException {
    try (SeekableInMemoryByteChannel channel = new SeekableInMemoryByteChannel(bytes)) {
      Optional<ElfFile> file = ElfReader.read("mutant", channel);
      if (file.isPresent()) {
        int names = file.get().dynamic().map(it -> String.join("", it.needed()).length()).orElse(0);
        assertThat(names).isLessThanOrEqualTo(1 << 20);
      }
    } catch (MalformedElfException e) {
      assertThat(e).hasMessageStartingWith("mutant: ");
    }
  }
}
