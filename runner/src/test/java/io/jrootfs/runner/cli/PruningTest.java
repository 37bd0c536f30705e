package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.bundle.UnpackedImages.Unpacked;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** Which unpacked images go. */
class PruningTest {
  @Provide
  Arbitrary<ImmutableList<Unpacked>> images() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 100).injectNull(0.1).optional(),
            Arbitraries.of(true, false))
        .as((size, isHeld) -> new Object[] {size, isHeld})
        .list()
        .ofMaxSize(8)
        .map(
            parts -> {
              ImmutableList.Builder<Unpacked> images = ImmutableList.builder();
              for (int i = 0; i < parts.size(); i++) {
                @SuppressWarnings("unchecked")
                Optional<Long> size = (Optional<Long>) parts.get(i)[0];
                images.add(
                    new Unpacked(
                        String.format("%064d", i),
                        "image" + i,
                        i % 2 == 0,
                        size.isPresent() ? OptionalLong.of(size.get()) : OptionalLong.empty(),
                        Instant.ofEpochSecond(1000 - i),
                        (boolean) parts.get(i)[1]));
              }
              return images.build();
            });
  }

  private static long size(Iterable<Unpacked> images) {
    long size = 0;
    for (Unpacked image : images) {
      size += image.size().orElse(0);
    }
    return size;
  }

  @Property
  void noneThatIsHeldGoesAndOthersAllDoWithoutARule(
      @ForAll("images") ImmutableList<Unpacked> images) {
    assertThat(new Pruning(OptionalLong.empty(), Optional.empty()).of(images))
        .containsExactlyInAnyOrderElementsOf(
            images.stream().filter(image -> !image.isHeld()).toList());
  }

  @Property
  void asFewGoAsTheSizeAllowsAndTheOldestFirst(
      @ForAll("images") ImmutableList<Unpacked> images, @ForAll @LongRange(max = 500) long most) {
    ImmutableList<Unpacked> going = new Pruning(OptionalLong.of(most), Optional.empty()).of(images);
    Set<Unpacked> gone = Set.copyOf(going);
    long left = size(images) - size(going);
    ImmutableList<Unpacked> free =
        images.reverse().stream()
            .filter(image -> !image.isHeld())
            .collect(ImmutableList.toImmutableList());
    assertThat(going).isEqualTo(free.subList(0, going.size()));
    assertThat(left <= most || gone.size() == free.size()).isTrue();
    if (!going.isEmpty()) {
      assertThat(left + size(going.subList(going.size() - 1, going.size()))).isGreaterThan(most);
    }
  }

  @Property
  void thoseOfTheAgeGoWhateverTheSize(
      @ForAll("images") ImmutableList<Unpacked> images, @ForAll @LongRange(max = 10) long age) {
    Instant since = Instant.ofEpochSecond(1000 - age);
    assertThat(new Pruning(OptionalLong.of(Long.MAX_VALUE), Optional.of(since)).of(images))
        .containsExactlyInAnyOrderElementsOf(
            images.stream()
                .filter(image -> !image.isHeld() && image.lastUsed().isBefore(since))
                .toList());
  }
}
