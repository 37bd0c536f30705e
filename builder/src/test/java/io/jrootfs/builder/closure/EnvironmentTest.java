package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image has no environment of the machine it was made on. */
class EnvironmentTest {
  @TempDir Path directory;

  private String closure(String environment) throws Exception {
    return ExternalTool.shell(
        directory,
        "env $1 $2 -cp $3 io.jrootfs.builder.cli.Main closure --quiet --format list ./program 2>&1"
            + " || echo status $?",
        environment,
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        System.getProperty("java.class.path"));
  }

  @Test
  void variablesOfTheLoaderChangeNothing() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir lib; echo 'int a(void) { return 0; }' >a.c; gcc -shared -fPIC -o lib/liba.so a.c;"
            + "gcc -shared -fPIC -o lib/libp.so a.c;"
            + "echo 'int a(void); int main(void) { return a(); }' | gcc -x c -o program - -x none"
            + "  -Llib -la");
    // The loader itself finds it so.
    ExternalTool.shell(directory, "LD_LIBRARY_PATH=$1/lib ./program", directory.toString());
    String plain = closure("A=B");
    assertThat(plain).contains("liba.so, needed by ", "was not found").endsWith("\nstatus 1\n");
    assertThat(closure("LD_LIBRARY_PATH=" + directory + "/lib")).isEqualTo(plain);
    assertThat(closure("LD_PRELOAD=" + directory + "/lib/libp.so")).isEqualTo(plain);
  }
}
