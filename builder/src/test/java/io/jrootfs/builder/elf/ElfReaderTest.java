package io.jrootfs.builder.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfDependency.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ElfReaderTest {
  @TempDir Path directory;

  private Optional<ElfFile> read(byte[] bytes) throws IOException, MalformedElfException {
    Path file = directory.resolve("file");
    Files.write(file, bytes);
    return ElfReader.read(file);
  }

  static Stream<Arguments> everyClassAndOrder() {
    return Stream.of(ElfClass.values())
        .flatMap(
            elfClass ->
                Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                    .map(order -> Arguments.of(elfClass, order)));
  }

  @ParameterizedTest
  @MethodSource("everyClassAndOrder")
  void everythingALoaderWantsIsRead(ElfClass elfClass, ByteOrder order) throws Exception {
    byte[] bytes =
        ElfBuilder.program()
            .on(elfClass, order, 9999)
            .flags(0x12345678)
            .needs("libone.so.1")
            .filter("libfilter.so")
            .needs("libtwo.so.2")
            .auxiliary("libaux.so")
            .soname("own")
            .rpath("/r")
            .runPath("$ORIGIN/lib:/x")
            .depAudit("libaudit3.so")
            .audit("libaudit1.so:/a/libaudit2.so")
            .flags1(ElfDynamic.DF_1_PIE | ElfDynamic.DF_1_NODEFLIB)
            .with("EI_VERSION", 255)
            .with("EI_OSABI", 3)
            .with("EI_ABIVERSION", 2)
            .with("e_version", -2)
            .build();
    assertThat(read(bytes))
        .contains(
            new ElfFile(
                new ElfHeader(elfClass, order, 255, 3, 2, ElfHeader.ET_DYN, 9999, -2, 0x12345678),
                1,
                Optional.of("/lib64/ld-linux-x86-64.so.2"),
                Optional.of(
                    new ElfDynamic(
                        ImmutableList.of(
                            new ElfDependency(Tag.DT_NEEDED, "libone.so.1"),
                            new ElfDependency(Tag.DT_FILTER, "libfilter.so"),
                            new ElfDependency(Tag.DT_NEEDED, "libtwo.so.2"),
                            new ElfDependency(Tag.DT_AUXILIARY, "libaux.so")),
                        Optional.of("own"),
                        Optional.of("/r"),
                        Optional.of("$ORIGIN/lib:/x"),
                        ImmutableList.of("libaudit1.so", "/a/libaudit2.so", "libaudit3.so"),
                        ElfDynamic.DF_1_PIE | ElfDynamic.DF_1_NODEFLIB)),
                ElfNotes.NONE));
  }

  @ParameterizedTest
  @MethodSource("everyClassAndOrder")
  void aCountThatDoesNotFitStandsInSectionZero(ElfClass elfClass, ByteOrder order)
      throws Exception {
    ElfBuilder builder = ElfBuilder.sharedObject().on(elfClass, order, 1).needs("liba.so");
    int end = builder.build().length;
    ByteBuffer section = ByteBuffer.allocate(elfClass.sectionHeaderSize()).order(order);
    section.putInt(elfClass == ElfClass.ELFCLASS64 ? 44 : 28, 2);
    byte[] bytes =
        builder.trailing(section.array()).with("e_phnum", 0xffff).with("e_shoff", end).build();
    assertThat(read(bytes).orElseThrow().dynamic().orElseThrow().needed())
        .containsExactly("liba.so");
  }

  @Test
  void unknownDynamicTagsAreTolerated() throws Exception {
    byte[] bytes =
        ElfBuilder.sharedObject().entry("DT_SOMETHING", 0x6000_1234, -1).needs("liba.so").build();
    assertThat(read(bytes).orElseThrow().dynamic().orElseThrow().needed())
        .containsExactly("liba.so");
  }

  @Test
  void separateDebugFilesHaveNoDynamicSection() throws Exception {
    byte[] bytes =
        ElfBuilder.sharedObject().needs("liba.so").with("PT_DYNAMIC.p_filesz", 0).build();
    assertThat(read(bytes).orElseThrow().dynamic()).isEmpty();
  }

  @Test
  void theDynamicSectionStandsAtItsAddressWhateverItsOffsetSays() throws Exception {
    byte[] bytes =
        ElfBuilder.sharedObject().needs("liba.so").with("PT_DYNAMIC.p_offset", 0).build();
    assertThat(read(bytes).orElseThrow().dynamic().orElseThrow().needed())
        .containsExactly("liba.so");
  }

  @Test
  void programsAndSharedObjectsAreToldApart() throws Exception {
    ElfFile dynamic = read(ElfBuilder.program().build()).orElseThrow();
    ElfFile fixed = read(ElfBuilder.staticProgram().build()).orElseThrow();
    ElfFile staticPie =
        read(ElfBuilder.sharedObject().flags1(ElfDynamic.DF_1_PIE).build()).orElseThrow();
    ElfFile library = read(ElfBuilder.sharedObject().soname("liba.so").build()).orElseThrow();
    assertThat(dynamic.isDynamicProgram()).isTrue();
    assertThat(fixed.isStaticProgram()).isTrue();
    assertThat(staticPie.isStaticProgram()).isTrue();
    assertThat(library.isSharedObject()).isTrue();
    assertThat(Stream.of(fixed, staticPie, library).anyMatch(ElfFile::isDynamicProgram)).isFalse();
    assertThat(Stream.of(dynamic, library).anyMatch(ElfFile::isStaticProgram)).isFalse();
    assertThat(Stream.of(dynamic, fixed, staticPie).anyMatch(ElfFile::isSharedObject)).isFalse();
  }

  @Test
  void whatDoesNotStartWithTheMagicIsNotElf() throws Exception {
    for (String text : new String[] {"", "\177EL", "#!/bin/sh\n", "\177ELG and more"}) {
      assertThat(read(text.getBytes(StandardCharsets.ISO_8859_1))).as(text).isEmpty();
    }
  }

  @Test
  void aTruncatedFileIsNamedWithFieldOffsetAndSize() throws Exception {
    byte[] bytes = ElfBuilder.program().build();
    assertThatExceptionOfType(MalformedElfException.class)
        .isThrownBy(() -> read(Arrays.copyOf(bytes, 64)))
        .withMessage(
            directory.resolve("file")
                + ": program header table at offset 64 ends past end of file (size 64)")
        .satisfies(
            e -> {
              assertThat(e.field()).isEqualTo("program header table");
              assertThat(e.offset()).isEqualTo(64);
              assertThat(e.header()).map(ElfHeader::machine).contains(62);
            });
  }

  static Stream<Arguments> hostileFiles() {
    return Stream.of(
        hostile("EI_CLASS", 7, "EI_CLASS at offset 4 is 7"),
        hostile("EI_DATA", 0, "EI_DATA at offset 5 is 0"),
        hostile("e_phentsize", 0, "e_phentsize at offset 54 is 0 instead of 56"),
        hostile("e_phentsize", 57, "e_phentsize at offset 54 is 57 instead of 56"),
        hostile("e_phoff", -1, "program header table at offset 18446744073709551615 ends past"),
        hostile("e_phoff", Long.MAX_VALUE, "program header table at offset 9223372036854775807"),
        hostile("e_phnum", 0xfffe, "program header table at offset 64 ends past"),
        hostile("e_phnum", 0xffff, "e_phnum at offset 56 is PN_XNUM without section 0"),
        hostile("PT_INTERP.p_filesz", 1, "gives PT_INTERP a size of 1 bytes"),
        hostile("PT_INTERP.p_filesz", 4097, "gives PT_INTERP a size of 4097 bytes"),
        hostile("PT_INTERP.p_filesz", -1, "a size of 18446744073709551615 bytes"),
        hostile("PT_INTERP.p_filesz", 5, "PT_INTERP at offset 232 has no terminating NUL"),
        hostile("PT_INTERP.p_offset", 1L << 62, "PT_INTERP at offset 4611686018427387904 ends"),
        hostile("PT_INTERP.p_offset", -8, "PT_INTERP at offset 18446744073709551608 ends past"),
        hostile("PT_DYNAMIC.p_vaddr", 0, "points to address 0x0, which no PT_LOAD takes"),
        hostile("PT_DYNAMIC.p_vaddr", -1, "points to address 0xffffffffffffffff"),
        hostile("PT_DYNAMIC.p_filesz", 16, "has no DT_NULL within its 16 bytes"),
        hostile("PT_LOAD.p_offset", 1 << 20, "PT_LOAD at offset 1048576 ends past end of file"),
        hostile("PT_LOAD.p_offset", -1, "PT_LOAD at offset 18446744073709551615 ends past"),
        hostile("DT_NULL.d_tag", 77, "has no DT_NULL"),
        hostile("DT_STRTAB", 0, "DT_STRTAB at offset"),
        hostile("DT_STRSZ", 0, "has string index 1 in a string table of 0 bytes"),
        hostile("DT_STRSZ", 5, "DT_NEEDED at offset 341 has no terminating NUL"),
        hostile("DT_NEEDED", -1, "has string index 18446744073709551615 in a string table"),
        hostile("DT_NEEDED", 10, "has string index 10 in a string table of 9 bytes"));
  }

  private static Arguments hostile(String field, long value, String message) {
    return Arguments.of(field, value, message);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("hostileFiles")
  void hostileFieldIsRefusedByName(String field, long value, String message) {
    byte[] bytes = ElfBuilder.program().needs("liba.so").with(field, value).build();
    assertThatExceptionOfType(MalformedElfException.class)
        .isThrownBy(() -> read(bytes))
        .withMessageContaining(message)
        .withMessageStartingWith(directory.resolve("file") + ": ");
  }

  @Test
  void namesWithoutAStringTableAreRefused() {
    for (String missing : new String[] {"DT_STRTAB", "DT_STRSZ"}) {
      byte[] bytes = ElfBuilder.sharedObject().needs("liba.so").without(missing).build();
      assertThatExceptionOfType(MalformedElfException.class)
          .isThrownBy(() -> read(bytes))
          .withMessageContaining("names other objects but has no " + missing);
    }
  }

  @Test
  void overlappingNamesCannotFillTheMemory() {
    ElfBuilder builder = ElfBuilder.sharedObject().needs("x".repeat(60_000));
    for (int i = 0; i < 100; i++) {
      builder.entry("DT_NEEDED", 1, 1);
    }
    assertThatExceptionOfType(MalformedElfException.class)
        .isThrownBy(() -> read(builder.build()))
        .withMessageContaining("makes the names of this file exceed 1 MiB");
  }

  @Test
  void millionsOfProgramHeadersInASparseFileAreRefused() throws Exception {
    ByteBuffer section = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    section.putInt(44, 10_000_000);
    ElfBuilder builder = ElfBuilder.sharedObject();
    int end = builder.build().length;
    Path file = directory.resolve("sparse");
    Files.write(
        file,
        builder.trailing(section.array()).with("e_phnum", 0xffff).with("e_shoff", end).build());
    try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(1L << 30).write(ByteBuffer.wrap(new byte[1]));
    }
    assertThatExceptionOfType(MalformedElfException.class)
        .isThrownBy(() -> ElfReader.read(file))
        .withMessageContaining("has 10000000 entries, more than the 131072 supported");
  }
}
