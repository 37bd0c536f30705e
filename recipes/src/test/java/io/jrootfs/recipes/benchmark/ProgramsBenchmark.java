package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The assembled programs beside those that people use instead. {@code mvn -Pbench verify} runs it,
 * as root; the report is BENCHMARKS.md, whether targets are met or not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProgramsBenchmark {
  @TempDir static Path directory;

  private final List<ImmutableList<Contest>> measured = new ArrayList<>();
  private Workshop workshop;

  @BeforeAll
  void prepare() throws Exception {
    workshop = Workshop.in(directory);
  }

  @Test
  @Order(1)
  void startsOfContainers() throws Exception {
    measured.add(new StartContests(workshop).run());
  }

  @Test
  @Order(2)
  void containersInTheBackground() throws Exception {
    measured.add(new LifecycleContests(workshop).run());
  }

  @Test
  @Order(3)
  void closures() throws Exception {
    measured.add(new ClosureContests(workshop).run());
  }

  @Test
  @Order(4)
  void images() throws Exception {
    measured.add(new ImageContests(workshop).run());
  }

  /** Of a single test, what it measured is printed; the report is of all of them, from one run. */
  @AfterAll
  void report() throws Exception {
    ImmutableList<Contest> contests =
        measured.stream().flatMap(List::stream).collect(ImmutableList.toImmutableList());
    if (measured.size() == 4) {
      Path project = Path.of(System.getProperty("dist.directory"), "../..").normalize();
      Report.write(project, machine(workshop), contests);
    } else {
      contests.forEach(System.out::println);
    }
    workshop.cleanUp();
  }

  private static ImmutableList<String> machine(Workshop workshop) throws Exception {
    String system =
        """
        sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1
        echo "$(nproc) CPUs"
        free -g | awk '/^Mem/ { print $2 " GiB of memory" }'
        echo "Linux $(uname -r)"
        . /etc/os-release; echo "$PRETTY_NAME"
        """;
    String peers =
        """
        bwrap --version
        crun --version | head -n 1
        runc --version | head -n 1
        podman --version
        tar --version | head -n 1
        pigz --version 2>&1
        zstd --version | grep -o 'v[0-9.]*' | sed 's/^/zstd /'
        libtree --version
        """;
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    lines.add(String.join(", ", workshop.shell(system).lines().toList()));
    for (Jdk jdk : Jdk.installed()) {
      lines.add(
          workshop.shell("%s/bin/java -version 2>&1 | sed -n 2p".formatted(jdk.home())).strip());
    }
    lines.add(String.join(", ", workshop.shell(peers).lines().toList()));
    lines.add(
        "images, caches and trees on the disk; the records of running containers in memory, where"
            + " /run and users' runtime directories are");
    lines.add(
        "the tree that is packed and unpacked, of this machine's /usr: "
            + Tree.description(workshop));
    return lines.build();
  }
}
