package io.jrootfs.manual;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the files have in common: the files, written once for each class. */
abstract class WrittenTest {
  @TempDir static Path share;

  @BeforeAll
  static void write() throws Exception {
    Manual.main(new String[] {share.toString(), "1.2", "2026-01-01T00:00:00Z"});
  }

  /** Every command of both programs, as the programs know them. */
  static Stream<String> commands() {
    return Stream.of(Manual.jbuild("0", "2026-01-01"), Manual.jrun("0", "2026-01-01"))
        .flatMap(program -> program.all().stream())
        .map(CommandText::name);
  }
}
