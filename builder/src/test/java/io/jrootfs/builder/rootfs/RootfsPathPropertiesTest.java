package io.jrootfs.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RootfsPathPropertiesTest {
  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withChars("a-~\u00e9\u7fff\ud7ff\ue000\uffff")
        .ofMinLength(1)
        .ofMaxLength(4)
        .flatMap(text -> Arbitraries.of(text, text + "😀", "𐀀" + text, text + "😀" + text));
  }

  @Example
  void nameThatHasNoUtf8FormIsRefused() {
    for (String name : List.of("\ud83d", "a\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00")) {
      assertThatThrownBy(() -> RootfsPath.of("/" + name))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(RootfsPath.of("/\ud83d\ude00").fileName()).isEqualTo("😀");
  }

  @Property
  void orderIsThatOfUtf8Bytes(@ForAll("names") String one, @ForAll("names") String other) {
    int expected =
        Arrays.compareUnsigned(
            one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    assertThat(Integer.signum(RootfsPath.ROOT.child(one).compareTo(RootfsPath.ROOT.child(other))))
        .isEqualTo(Integer.signum(expected));
  }
}
