package io.jrootfs.runner.leak;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.runner.Installation;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Everything that a class of tests can leave behind is seen, and is no more once it is gone. */
class LeakCheckTest {
  @TempDir private Path directory;

  private void sh(String script) throws Exception {
    Installation.check(
        Installation.execute(directory, ImmutableMap.of(), ImmutableList.of("sh", "-euc", script)));
  }

  private static ImmutableSortedSet<String> since(Leftovers before) throws Exception {
    return Leftovers.present().since(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mount -t tmpfs none . | cd ..; umount \"$OLDPWD\" | mount DIRECTORY",
        "mkdir -p r/web; touch r/web/container.json | rm -r r | record of a container DIRECTORY/r/web",
        "mkdir -p .network/n/2 | rm -r .network | place on a bridge DIRECTORY/.network/n/2",
        "ip link add jrunleak type bridge | ip link del jrunleak | network interface jrunleak",
        "nft add table inet jrun-leak | nft delete table inet jrun-leak | nft table inet jrun-leak",
      })
  void whatIsMadeIsSeenUntilItIsRemoved(String make, String remove, String name) throws Exception {
    Leftovers before = Leftovers.present();
    sh(make);
    ImmutableSortedSet<String> seen = since(before);
    sh(remove);
    assertThat(seen).containsExactly(name.replace("DIRECTORY", directory.toString()));
    assertThat(since(before)).isEmpty();
  }

  @Test
  void cgroupIsSeenUntilItIsRemoved() throws Exception {
    String parent =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(line -> line.contains(" - cgroup"))
            .map(line -> Leftovers.mountPoint(line))
            .findFirst()
            .orElseThrow();
    Leftovers before = Leftovers.present();
    Path cgroup = Files.createDirectory(Path.of(parent, "jrun-leak-test"));
    ImmutableSortedSet<String> seen = since(before);
    Files.delete(cgroup);
    assertThat(seen).containsExactly("cgroup " + cgroup);
    assertThat(since(before)).isEmpty();
  }

  @Test
  void openFileIsSeenUntilItIsClosed() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Leftovers before = Leftovers.present();
    try (InputStream open = Files.newInputStream(file)) {
      assertThat(open.read()).isNegative();
      assertThat(since(before)).singleElement().asString().endsWith(" of " + file);
    }
    assertThat(since(before)).isEmpty();
  }

  /** By its words, by its environment, or by its mounts alone. */
  @ParameterizedTest
  @CsvSource({
    "exec sh -c 'read line' \"$PWD/word\"",
    "cd /; OWN=$HERE exec env -u HERE cat",
    "unshare --mount sh -c 'mount --bind \"$HERE\" /mnt; cd /; exec env -i cat'",
  })
  void processIsSeenUntilItEnds(String script) throws Exception {
    Leftovers before = Leftovers.present();
    ProcessBuilder builder = new ProcessBuilder("sh", "-euc", script).directory(directory.toFile());
    builder.environment().put("HERE", directory.toString());
    Process process = builder.start();
    try {
      assertThat(since(before)).anyMatch(name -> name.startsWith("process " + process.pid() + " "));
    } finally {
      process.destroyForcibly().waitFor();
    }
    // Its pipes are closed by a thread that hears of its end.
    for (int i = 0; i < 200 && !since(before).isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(since(before)).isEmpty();
  }

  @Test
  void classThatLeavesSomethingFails() throws Exception {
    List<String> failures = new ArrayList<>();
    try {
      LauncherFactory.create(
              LauncherConfig.builder()
                  .enableTestEngineAutoRegistration(false)
                  .addTestEngines(new JupiterTestEngine())
                  .build())
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(DiscoverySelectors.selectClass(Leaky.class))
                  .configurationParameter(LeakCheck.PATIENCE, "0")
                  .build(),
              new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                  result.getThrowable().ifPresent(e -> failures.add(e.getMessage()));
                }
              });
    } finally {
      Leaky.left.close();
    }
    assertThat(failures)
        .singleElement()
        .asString()
        .matches("Leaky leaves behind, 0 s after its end: descriptor \\d+ of /proc/\\d+/stat");
  }

  /** Passes all that it tests. */
  @ExtendWith(LeakCheck.class)
  static final class Leaky {
    private static InputStream left = InputStream.nullInputStream();

    @Test
    void opens() throws Exception {
      left = Files.newInputStream(Path.of("/proc/self/stat"));
      assertThat(left).isNotEmpty();
    }
  }
}
