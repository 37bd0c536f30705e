package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.TracedRoot;
import io.jrootfs.builder.debian.UnpackedDebian;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which files in directories of ld.so.conf count where a sysroot has no cache yet. ldconfig makes
 * one, and the loader says what that leads to.
 */
class LdconfigOracleTest {
  @TempDir Path directory;

  /**
   * Each line: the name that a program needs; what makes it in the directory, where {@code lib
   * SONAME FILE} makes a library.
   */
  @ParameterizedTest(name = "{0} where {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "libq.so.1|lib libq.so.1 libq.so.1",
        "libq.so.1|lib libq.so.1 libq.so.1.2; ln -s libq.so.1.2 libq.so.1",
        "libq.so.1|lib libq.so.2 libq.so.1",
        "libq.so|lib libq.so.1 libq.so.1; ln -s libq.so.1 libq.so",
        "libq.so|lib libq.so.1 libq.so.1.2; ln -s libq.so.1.2 libq.so",
        "libq.so|lib libq.so.1 libq.so",
        "libr.so|lib libq.so.1 libq.so; ln -s libq.so libr.so",
        "libr.so|lib libz.so.1 libq.so; ln -s libq.so libr.so",
        "libr.so.1|lib libq.so.1 libq.so.1; ln -s libq.so.1 libr.so.1",
        "libq.so.1|lib '' libq.so.1",
        "libr.so.1|lib '' libq.so.1; ln -s libq.so.1 libr.so.1",
        "q.so.1|lib q.so.1 q.so.1",
        "foo.so|lib foo.so foo.so",
        "libstem|lib libstem libstem",
        "ld-q.so|lib ld-q.so ld-q.so",
        "libq.so.old|lib libq.so.old libq.so.old",
        "libq.so-gdb.py|lib libq.so-gdb.py libq.so-gdb.py",
        "libq.so.1.#prelink#|lib libq.so.1.#prelink# libq.so.1.#prelink#",
        "libq.so.1.#prelink#.abcdef|lib libq.so.1.#prelink#.abcdef libq.so.1.#prelink#.abcdef",
        "libq.so.1.#prelink#.abc|lib libq.so.1.#prelink#.abc libq.so.1.#prelink#.abc",
        "libq.so.1.dpkg-new|lib libq.so.1.dpkg-new libq.so.1.dpkg-new",
        "libq.so.1.dpkg-tmp|lib libq.so.1.dpkg-tmp libq.so.1.dpkg-tmp",
        "libq.so.1;5f|lib 'libq.so.1;5f' 'libq.so.1;5f'",
        "libq.so.1|echo 'int main(void) { return 0; }' | gcc -no-pie -x c -o libq.so.1 -",
        "libq.so.1|lib libq.so.1 ../lib/x86_64-linux-gnu/libq.so.1;"
            + "echo 'int main(void) { return 0; }' | gcc -no-pie -x c -o libq.so.1 -",
        "libq.so.1|lib libq.so.1 ../lib/x86_64-linux-gnu/libq.so.1;"
            + "echo 'int main(void) { return 0; }' | gcc -pie -x c -o libq.so.1 -",
        "libq.so.1|lib libq.so.1 ../lib/x86_64-linux-gnu/libq.so.1; lib libq.so.1 whole;"
            + "objcopy --only-keep-debug whole libq.so.1",
        "libq.so.1|lib libq.so.1 ../lib/x86_64-linux-gnu/libq.so.1; echo text >libq.so.1",
        "libq.so.1|ln -s gone libq.so.1",
        "libq.so.1|mkdir libq.so.1",
        "libq.so.1|echo text >libq.so.1",
        "libq.so.1|printf '\\177ELF' >libq.so.1",
        "libq.so.1|mkfifo libq.so.1",
        "libq.so.1|mkdir sub; lib libq.so.1 sub/libq.so.1; ln -s sub/libq.so.1 libq.so.1",
        "libq.so.1|mkdir sub; lib libq.so.9 sub/libq.so.1; ln -s sub/libq.so.1 libq.so.1",
      })
  void aNameLeadsWhereLdconfigsCacheLeads(String wanted, String makes) throws Exception {
    TracedRoot root = TracedRoot.in(directory);
    root.shell(
        "lib \"$1\" stub.so; app ./stub.so; cd root/opt; "
            + makes
            + "; echo /opt >../etc/ld.so.conf",
        wanted);
    Map<String, String> ours = root.ours();
    // Without -X it would make links that this sysroot does not have.
    root.shell("/sbin/ldconfig -X -r root");
    assertThat(ours).isEqualTo(root.loaders());
  }

  /** Whether libraries of such names count depends on the version; here it is 2.41. */
  @Test
  void since239FilesThatAPackageManagerIsUnpackingDoNotCount() throws Exception {
    Path root =
        UnpackedDebian.at(
            directory.resolve("root"), "trixie", "amd64", "base-files,libc6,libc-bin");
    String[] names = {"libq.so.1", "libq.so.1.dpkg-new", "libq.so.1.dpkg-tmp", "libq.so.1;5f"};
    ExternalTool.shell(
        root,
        "mkdir -p etc opt; rm -f etc/ld.so.cache; echo /opt >etc/ld.so.conf;"
            + "for name; do"
            + "  gcc -shared -x c -nostdlib -Wl,-soname,\"$name\" -o \"opt/$name\" /dev/null;"
            + "done;"
            + "echo 'int main(void) { return 0; }' | gcc -x c -nostdlib -Wl,-e,main -o app -"
            + "  -x none -Wl,--no-as-needed opt/*",
        names);
    Closure closure =
        new ClosureResolver(Sysroot.of(root), ImmutableList.of())
            .resolve(ImmutableList.of(new Program("app", SysrootPath.of("/app"))));
    ExternalTool.shell(root, "/usr/sbin/chroot . /sbin/ldconfig -X");
    String listed = ExternalTool.shell(root, "/usr/sbin/chroot . /sbin/ldconfig -p");
    assertThat(closure.missing())
        .extracting(Closure.Missing::requested)
        .containsExactlyInAnyOrder(
            Arrays.stream(names)
                .filter(name -> !listed.contains("\t" + name + " (libc6,x86-64) => /opt/" + name))
                .toArray(String[]::new))
        .containsExactlyInAnyOrder(names[1], names[2], names[3]);
  }
}
