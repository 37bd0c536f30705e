package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A root with this machine's loader and C library, {@code root} below a directory, and one program
 * in it: what our closure finds for it, and what the loader does.
 */
public final class TracedRoot {
  private static final String PROGRAM = "/usr/bin/app";

  /** What is not found has no path; a name with a slash is the path. */
  private static final Pattern LINE = Pattern.compile("\\t(?:(.+) => )?(/.*) \\(0x.*");

  private final Path directory;

  private TracedRoot(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the root, and a file {@code app.c} beside it that compiles to a program.
   *
   * @param directory an existing one
   */
  public static TracedRoot in(Path directory) throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p root/lib64 root/lib/x86_64-linux-gnu root/usr/bin root/opt root/etc root/proc;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 root/lib/x86_64-linux-gnu/;"
            + "echo 'int main(void) { return 0; }' >app.c");
    return new TracedRoot(directory);
  }

  /**
   * Runs a script in the directory. Two functions are there: {@code lib SONAME FILE} makes a
   * library, {@code app WORD...} the program, with those words for the linker.
   */
  @CanIgnoreReturnValue
  public String shell(String script, String... arguments) throws Exception {
    return ExternalTool.shell(
        directory,
        "lib() {"
            + "  gcc -shared -x c -nostdlib ${1:+\"-Wl,-soname,$1\"} -o \"$2\" /dev/null;"
            + "};"
            + "app() { gcc -o root"
            + PROGRAM
            + " app.c -Wl,--no-as-needed \"$@\"; };"
            + script,
        arguments);
  }

  /**
   * By the name that is needed, where our closure has each library; what it misses is not there.
   */
  public Map<String, String> ours() throws Exception {
    Map<String, String> found = new TreeMap<>();
    closure().edges().forEach(edge -> put(edge.requested(), edge.to().requested().value(), found));
    found.remove("/etc/ld.so.preload");
    return found;
  }

  /** Our closure of the program. */
  public Closure closure() throws Exception {
    return new ClosureResolver(Sysroot.of(directory.resolve("root")), ImmutableList.of())
        .resolve(List.of(new Program("app", SysrootPath.of(PROGRAM))));
  }

  /** The same by the loader, as on a processor that no subdirectory is for. */
  public Map<String, String> loaders() throws Exception {
    Map<String, String> found = new TreeMap<>();
    // chroot(1) would be traced itself.
    ExternalTool.run(
            directory,
            "perl",
            "-e",
            "chroot 'root' and chdir '/' or die; $ENV{LD_TRACE_LOADED_OBJECTS} = 1;"
                + " exec('/lib64/ld-linux-x86-64.so.2', '--glibc-hwcaps-mask', 'none', '"
                + PROGRAM
                + "')")
        .lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(
            line ->
                put(line.group(1) == null ? line.group(2) : line.group(1), line.group(2), found));
    return found;
  }

  /** All but the program itself, its C library and its loader, with paths in order. */
  private static void put(String name, String path, Map<String, String> found) {
    String place = SysrootPath.of(path).value();
    if (!place.equals(PROGRAM) && !place.startsWith("/lib64/") && !name.equals("libc.so.6")) {
      found.put(name, place);
    }
  }
}
