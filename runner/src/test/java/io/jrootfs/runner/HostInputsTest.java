package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.replay.PlanInputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostInputsTest {
  @TempDir Path work;

  /** A link that leads elsewhere by now was another one when the plan was made. */
  @Test
  void volumeIsOnlyCertainWhileItsPathLeadsToWhatIsMounted() throws Exception {
    Path first = Files.createDirectory(work.resolve("first"));
    Path second = Files.createDirectory(work.resolve("second"));
    Path link = Files.createSymbolicLink(work.resolve("link"), first);
    BindArgument volume = BindArgument.parse(link + ":/seen");
    assertThat(inputs(volume, first).steps().orElseThrow()).hasSize(2);
    assertThat(inputs(volume, second).steps()).isEmpty();
  }

  private static PlanInputs inputs(BindArgument volume, Path mounted) throws Exception {
    PlanInputs inputs = new PlanInputs(Clock.systemUTC());
    new HostInputs(inputs)
        .volumes(
            ImmutableList.of(volume),
            ImmutableList.of(volume.toMount(mounted.toRealPath().toString())));
    return inputs;
  }
}
