package io.jrootfs.runner.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TestReportTest {
  private static final TestReport.Outcome PASSED = new TestReport.Outcome("[a]", "A passes()", "");
  private static final TestReport.Outcome FAILED =
      new TestReport.Outcome("[b]", "B \"quotes\" \u00e4", "expected: 1\n\tbut was: \u0000");

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertThat(
            TestReport.read(
                TestReport.line(PASSED) + TestReport.line(FAILED) + TestReport.lastLine()))
        .isEqualTo(new TestReport(ImmutableList.of(PASSED, FAILED), true));
  }

  @Test
  void reportWithoutItsLastLineIsNotComplete() throws IOException {
    assertThat(TestReport.read(TestReport.line(PASSED)))
        .isEqualTo(new TestReport(ImmutableList.of(PASSED), false));
    assertThat(TestReport.read("")).isEqualTo(new TestReport(ImmutableList.of(), false));
  }

  @Test
  void reportThatBreaksOffInALineHasTheOutcomesBefore() throws IOException {
    String line = TestReport.line(FAILED);
    for (int length = 0; length < line.length() - 1; length++) {
      assertThat(TestReport.read(TestReport.line(PASSED) + line.substring(0, length)))
          .isEqualTo(new TestReport(ImmutableList.of(PASSED), false));
    }
  }
}
