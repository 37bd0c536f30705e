package io.jrootfs.runner.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/**
 * Runs the tests tagged {@link AlsoOnCgroupV2} and {@link OnlyOnCgroupV2} in a virtual machine, and
 * has their outcomes as its own. {@code -Dmachine.tests=spec.SpecRulesTest,cli.JrunTest} runs those
 * classes instead.
 */
class CgroupV2MachineTest {
  private static final String ROOT = "io.jrootfs.runner";

  /** A hang is a failure; on a quiet machine everything takes a tenth of it. */
  private static final Duration LIMIT = Duration.ofMinutes(25);

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> testsPassOnCgroupV2() throws Exception {
    ImmutableList<String> ids = testIds();
    assertThat(ids).isNotEmpty();
    Installation.shared(); // the machine sees it, and would need minutes to make one
    VirtualMachine.Run run =
        new VirtualMachine(VirtualMachine.Programs.DEBIAN, directory).run(LIMIT, command(ids));
    TestReport report = TestReport.read(run.report());
    return Stream.concat(
        report.outcomes().stream().map(CgroupV2MachineTest::asTest),
        Stream.of(
            DynamicTest.dynamicTest(
                "every test has an outcome", () -> checkComplete(ids, report, run))));
  }

  private static DynamicTest asTest(TestReport.Outcome outcome) {
    return DynamicTest.dynamicTest(
        outcome.name(),
        () -> {
          if (!outcome.passed()) {
            throw new AssertionError("in the virtual machine: " + outcome.failure());
          }
        });
  }

  private static void checkComplete(
      ImmutableList<String> ids, TestReport report, VirtualMachine.Run run) {
    assertThat(report.complete())
        .as(
            "the virtual machine %s, without a full report; its console:%n%s",
            run.end(), run.tail())
        .isTrue();
    // A repeated test is in the plan once and has an outcome, with a longer id, for each time.
    assertThat(ids)
        .allSatisfy(
            id -> assertThat(report.outcomes()).anyMatch(outcome -> outcome.id().startsWith(id)));
  }

  /** What JUnit finds, to the depth at which it is known before anything runs. */
  private static ImmutableList<String> testIds() {
    TestPlan plan = ReportingMain.launcher().discover(request().build());
    return plan.getRoots().stream()
        .flatMap(root -> plan.getDescendants(root).stream())
        .filter(test -> plan.getChildren(test).isEmpty())
        .map(TestIdentifier::getUniqueId)
        .collect(ImmutableList.toImmutableList());
  }

  private static LauncherDiscoveryRequestBuilder request() {
    String classes = System.getProperty("machine.tests", "");
    if (classes.isEmpty()) {
      return LauncherDiscoveryRequestBuilder.request()
          .selectors(selectPackage(ROOT))
          .filters(TagFilter.includeTags(AlsoOnCgroupV2.TAG, OnlyOnCgroupV2.TAG));
    }
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(
            Splitter.on(',')
                .splitToStream(classes)
                .map(name -> selectClass(ROOT + "." + name))
                .toList());
  }

  private static ImmutableList<String> command(ImmutableList<String> ids) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return ImmutableList.<String>builder()
        .add("env", "LC_ALL=C.UTF-8")
        .add(Path.of(System.getProperty("java.home"), "bin/java").toString())
        // Emulated, a method is compiled at a loss unless it is called very often.
        .add("-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=10", "-XX:+UseSerialGC")
        .add("-Djava.io.tmpdir=/run/scratch")
        .addAll(sameProperties())
        .add("-cp", classPath)
        .add(ReportingMain.class.getName(), "/dev/ttyS1")
        .addAll(ids)
        .build();
  }

  /** What the build tells its tests. */
  private static ImmutableList<String> sameProperties() {
    return System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("jrun.") || name.matches("user\\.(timezone|language)"))
        .sorted()
        .map(name -> "-D" + name + "=" + System.getProperty(name))
        .collect(ImmutableList.toImmutableList());
  }
}
