package io.jrootfs.runner.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The program inside the virtual machine: runs tests and writes a {@link TestReport}. */
final class ReportingMain {
  private ReportingMain() {}

  /** Takes the file to write to, which exists and may be a device, and unique ids of tests. */
  public static void main(String[] arguments) throws IOException {
    try (OutputStream report =
        Files.newOutputStream(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
      launcher()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(
                      Arrays.stream(arguments).skip(1).map(id -> selectUniqueId(id)).toList())
                  .build(),
              new Reporter(report));
      report.write(TestReport.lastLine().getBytes(UTF_8));
    }
  }

  /** JUnit with the one engine our tests are for; looking for others takes seconds here. */
  static Launcher launcher() {
    return LauncherFactory.create(
        LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .addTestEngines(new JupiterTestEngine())
            .build());
  }

  /** Writes each outcome as soon as it is known: the machine may not live until the next. */
  private static final class Reporter implements TestExecutionListener {
    private final OutputStream report;
    private TestPlan plan;

    Reporter(OutputStream report) {
      this.report = report;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
      plan = testPlan;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      write(test, "skipped: " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
        // An assumption that does not hold is a failure too: nothing is skipped.
        write(test, result.getThrowable().map(Throwables::getStackTraceAsString).orElse("failed"));
      } else if (test.isTest()) {
        write(test, "");
      }
    }

    private void write(TestIdentifier test, String failure) {
      try {
        report.write(
            TestReport.line(new TestReport.Outcome(test.getUniqueId(), name(test), failure))
                .getBytes(UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Display names from the class downwards. */
    private String name(TestIdentifier test) {
      return plan.getParent(test)
          .filter(parent -> parent.getParentId().isPresent())
          .map(parent -> name(parent) + " " + test.getDisplayName())
          .orElse(test.getDisplayName());
    }
  }
}
