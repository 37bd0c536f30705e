package io.jrootfs.builder.tar;

import static io.jrootfs.builder.tar.RawTar.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TarReaderHostileTest {
  @TempDir Path directory;

  private List<TarMember> read(byte[] archive) throws IOException, TarFormatException {
    return TarReader.read(Files.write(directory.resolve("hostile.tar"), archive));
  }

  static Stream<Arguments> names() {
    return Stream.of(
        refused("parent", RawTar.of(header("../x")), "'..' component"),
        refused("parent inside", RawTar.of(header("a/../../x")), "'..' component"),
        refused("parent at the end", RawTar.of(header("a/..").type('5')), "'..' component"),
        refused("parent after a slash", RawTar.of(header("/../x")), "'..' component"),
        refused("parent in the prefix", prefixed("../up", "x"), "'..' component"),
        refused("parent in PAX", new RawTar().pax("path", "../x").add(header("x")), "'..'"),
        refused("parent in a GNU name", gnuName("../x\0"), "'..' component"),
        refused("NUL in PAX", new RawTar().pax("path", "a\0b").add(header("x")), "NUL"),
        refused("NUL in a GNU name", gnuName("a\0b\0"), "NUL"),
        refused("not UTF-8", RawTar.of(latin1Name()), "not UTF-8"),
        refused("long path", gnuName("d/".repeat(2100) + "x"), "longer than 4095 bytes"),
        refused("long component", gnuName("x".repeat(256)), "longer than 255 bytes"),
        refused("file at the root", RawTar.of(header(".")), "root"),
        refused("link at the root", RawTar.of(link('2', ".", "etc")), "root"),
        refused("nameless file", RawTar.of(header("")), "root"),
        refused(
            "PAX and GNU name",
            new RawTar().pax("path", "a").extended('L', ascii("b\0")).add(header("c")),
            "both a PAX and a GNU name"));
  }

  static Stream<Arguments> links() {
    return Stream.of(
        refused("hard link out", RawTar.of(link('1', "x", "../etc/passwd")), "'..' component"),
        refused("hard link inside out", RawTar.of(link('1', "x", "a/../../y")), "'..' component"),
        refused("hard link to the root", RawTar.of(link('1', "x", "/")), "itself or the root"),
        refused("hard link to itself", RawTar.of(link('1', "x", "./x")), "itself or the root"),
        refused("hard link to nothing", RawTar.of(link('1', "x", "")), "link target is empty"),
        refused("symlink to nothing", RawTar.of(link('2', "x", "")), "link target is empty"),
        refused(
            "long symlink",
            new RawTar().pax("linkpath", "y".repeat(4096)).add(link('2', "x", "y")),
            "link target is longer than 4095"),
        refused(
            "NUL in symlink",
            new RawTar().pax("linkpath", "a\0b").add(link('2', "x", "y")),
            "link target holds a NUL"),
        refused(
            "symlink with content", RawTar.of(link('2', "x", "y").size(1)).content("z"), "1 byte"),
        refused(
            "hard link with content", RawTar.of(link('1', "x", "y").size(1)).content("z"), "1 b"));
  }

  static Stream<Arguments> numbers() {
    byte[] negative = new byte[12];
    Arrays.fill(negative, (byte) 0xff);
    byte[] huge = new byte[12];
    Arrays.fill(huge, (byte) 0x7f);
    huge[0] = (byte) 0x80;
    byte[] nearlyMax = {(byte) 0x80, 0, 0, 0, 0x7f, -1, -1, -1, -1, -1, -1, -1};
    return Stream.of(
        refused("size past the end", RawTar.of(header("x").size(4096)), "ends past the end"),
        refused("negative size", RawTar.of(sized(negative)), "size -1 is impossible"),
        refused("size of 95 bits", RawTar.of(sized(huge)), "size has more than 64 bits"),
        refused("size that overflows", RawTar.of(sized(nearlyMax)), "is impossible"),
        refused("size in words", RawTar.of(header("x").put(HeaderField.SIZE, "many")), "octal"),
        refused("size with an 8", RawTar.of(header("x").put(HeaderField.SIZE, "18")), "octal"),
        refused("PAX size -1", new RawTar().pax("size", "-1").add(header("x")), "impossible"),
        refused("PAX size 1e9", new RawTar().pax("size", "1e9").add(header("x")), "not a number"),
        refused("PAX size 1.5", new RawTar().pax("size", "1.5").add(header("x")), "whole number"),
        refused(
            "PAX size of 64 bits",
            new RawTar().pax("size", "9223372036854775808").add(header("x")),
            "not a number in range"),
        refused(
            "PAX size of 20 digits",
            new RawTar().pax("size", "1".repeat(20)).add(header("x")),
            "not a number in range"),
        refused(
            "PAX size past the end", new RawTar().pax("size", "5000").add(header("x")), "past the"),
        refused("negative uid", new RawTar().pax("uid", "-1").add(header("x")), "uid is -1"),
        refused(
            "uid -1 unsigned", new RawTar().pax("uid", "4294967295").add(header("x")), "uid is"),
        refused("gid of 33 bits", new RawTar().pax("gid", "8589934592").add(header("x")), "gid is"),
        refused("PAX mtime in words", new RawTar().pax("mtime", "now").add(header("x")), "mtime"),
        refused(
            "device major", RawTar.of(device("0010000\0", "0000001\0")), "device major is 4096"),
        refused("device minor", RawTar.of(device("0000001\0", "4000000\0")), "device minor is"),
        refused(
            "negative device",
            RawTar.of(device("0000001\0", "\u0000").put(HeaderField.DEVMINOR, eightBytesOf(0xff))),
            "device minor is -1"),
        refused(
            "negative mode",
            RawTar.of(header("x").put(HeaderField.MODE, eightBytesOf(0xff))),
            "mode is negative"),
        refused("directory with content", RawTar.of(header("d/").size(1)).content("x"), "1 bytes"),
        refused(
            "FIFO with content", RawTar.of(header("p").type('6').size(3)).content("abc"), "3 b"));
  }

  static Stream<Arguments> structure() {
    byte[] good = RawTar.of(header("x").size(5)).content("12345").ended();
    return Stream.of(
        arguments("empty file", new byte[0], "without an end mark"),
        arguments("no tar", ascii("#!/bin/sh\n".repeat(100)), "chksum"),
        arguments("half a header", Arrays.copyOf(good, 300), "ends past the end"),
        arguments("no content", Arrays.copyOf(good, 512), "content of 5 bytes ends past"),
        arguments("cut in content", Arrays.copyOf(good, 514), "content of 5 bytes ends past"),
        arguments("cut in padding", Arrays.copyOf(good, 600), "without an end mark"),
        arguments("no end mark", Arrays.copyOf(good, 1024), "without an end mark"),
        arguments("half an end mark", Arrays.copyOf(good, 1030), "ends past the end"),
        arguments("zero block inside", withZeroBlockInside(), "zero block is not the end"),
        refused(
            "bad checksum", RawTar.of(header("x").put(HeaderField.CHKSUM, "1")), "checksum is 1"),
        refused("sparse, global", new RawTar().globalPax("GNU.sparse.size", "1"), "sparse"),
        refused("sparse, star", new RawTar().pax("SCHILY.realsize", "1"), "sparse"),
        refused("dump directory", RawTar.of(header("x").type('D')), "type 'D' is not supported"),
        refused("multi-volume", RawTar.of(header("x").type('M')), "type 'M' is not supported"),
        refused("control type", RawTar.of(header("x").type('\u0007')), "type '\\x07' is"));
  }

  static Stream<Arguments> extendedHeaders() {
    return Stream.of(
        refused("no length", new RawTar().extended('x', ascii("path=x\n")), "has no length"),
        refused("length 0", new RawTar().extended('x', ascii("0 path=x\n")), "longer than its"),
        refused("length too small", new RawTar().extended('x', ascii("3 path=x\n")), "KEY=VALUE"),
        refused(
            "length too large", new RawTar().extended('x', ascii("99 path=x\n")), "longer than"),
        refused(
            "length of 9 digits", new RawTar().extended('x', ascii("999999999 a=b\n")), "length"),
        refused("negative length", new RawTar().extended('x', ascii("-9 path=x\n")), "no length"),
        refused("no newline", new RawTar().extended('x', ascii("9 path=xx")), "KEY=VALUE"),
        refused("no equals", new RawTar().extended('x', ascii("9 pathxx\n")), "KEY=VALUE"),
        refused("no key", new RawTar().extended('x', ascii("9 =pathx\n")), "KEY=VALUE"),
        refused("only NULs", new RawTar().extended('x', new byte[20]), "no length"),
        refused("binary key", new RawTar().extended('x', binaryKey()), "PAX key is not UTF-8"),
        refused(
            "2 GiB long",
            RawTar.of(header("h").type('x').size(0x7fff_ffffL)),
            "no more than 1048576"),
        refused("2 GiB name", RawTar.of(header("h").type('L').size(0x7fff_ffffL)), "no more than"),
        refused("huge xattr", bigXattr(), "extended attribute 'user.a' is too long"),
        refused(
            "nameless xattr",
            new RawTar().pax("SCHILY.xattr.", "x").add(header("x")),
            "has 0 letters"),
        refused(
            "two for one", new RawTar().pax("uid", "1").pax("gid", "1"), "two extended headers"),
        refused("path for all", new RawTar().globalPax("path", "x"), "apply to every entry"),
        refused("size for all", new RawTar().globalPax("size", "1"), "apply to every entry"),
        refused("for no entry", new RawTar().pax("path", "x"), "ends after an extended header"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"names", "links", "numbers", "structure", "extendedHeaders"})
  void isRefusedWithItsReason(String what, byte[] archive, String reason) {
    assertThatThrownBy(() -> read(archive))
        .as(what)
        .isInstanceOfSatisfying(
            TarFormatException.class,
            e -> {
              assertThat(e.reason()).contains(reason);
              assertThat(e.archive()).endsWith("hostile.tar");
              assertThat(e.offset()).isBetween(0L, (long) archive.length);
            });
  }

  @Test
  void refusalNamesArchiveEntryAndOffset() {
    byte[] archive =
        RawTar.of(header("good").size(600)).content("x".repeat(600)).add(header("../bad")).ended();

    assertThatThrownBy(() -> read(archive))
        .hasMessage(
            directory.resolve("hostile.tar")
                + ": tar entry '../bad' at byte 1536: name has a '..' component;"
                + " it could lead out of the root");
  }

  @Test
  void namesInMessagesCannotControlTheTerminal() {
    byte[] archive = RawTar.of(header("../\u001b[2J")).ended();

    assertThatThrownBy(() -> read(archive)).hasMessageContaining("'../\\x1b[2J'");
  }

  @Test
  void sliceBeyondTheFileIsRefused() throws IOException {
    Path file = Files.write(directory.resolve("f"), RawTar.of(header("x")).ended());

    assertThatThrownBy(() -> TarReader.read(new FileContent.Slice(file, 1_000_000, 512)))
        .isInstanceOf(TarFormatException.class);
    assertThatThrownBy(() -> TarReader.read(new FileContent.Slice(file, 0, 512)))
        .isInstanceOf(TarFormatException.class);
    assertThatThrownBy(() -> TarReader.read(new FileContent.Slice(file, 100, Long.MAX_VALUE)))
        .isInstanceOf(TarFormatException.class);
  }

  private static Arguments refused(String what, RawTar tar, String reason) {
    return arguments(what, tar.ended(), reason);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static RawTar.Header link(char type, String name, String target) {
    return header(name).type(type).put(HeaderField.LINKNAME, target);
  }

  private static RawTar.Header device(String major, String minor) {
    return header("dev")
        .type('3')
        .put(HeaderField.DEVMAJOR, major)
        .put(HeaderField.DEVMINOR, minor);
  }

  private static RawTar.Header sized(byte[] size) {
    return header("x").put(HeaderField.SIZE, size);
  }

  private static RawTar.Header latin1Name() {
    return header("x").put(HeaderField.NAME, new byte[] {'a', (byte) 0xe4, 'b'});
  }

  private static RawTar prefixed(String prefix, String name) {
    return RawTar.of(header(name).put(HeaderField.PREFIX, prefix));
  }

  private static RawTar gnuName(String name) {
    return new RawTar().extended('L', ascii(name)).add(header("short"));
  }

  private static RawTar bigXattr() {
    return new RawTar().pax("SCHILY.xattr.user.a", "x".repeat(65537)).add(header("x"));
  }

  private static byte[] binaryKey() {
    return new byte[] {'7', ' ', 'k', (byte) 0xff, '=', 'v', '\n'};
  }

  private static byte[] eightBytesOf(int value) {
    byte[] bytes = new byte[8];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] withZeroBlockInside() {
    return RawTar.of(header("x")).content(new byte[512]).add(header("y")).ended();
  }
}
