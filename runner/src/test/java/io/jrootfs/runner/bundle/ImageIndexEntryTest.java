package io.jrootfs.runner.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageIndexEntryTest {
  private static final ImageIndex.Known KNOWN =
      new ImageIndex.Known(
          new ImageConfig(
              new Platform("linux", "arm", "v7"),
              "app:1",
              ImmutableSortedSet.of("53/udp", "80/tcp"),
              ImmutableList.of("B=2", "A=1", "EMPTY=", "UMLAUT=\u00e4\u4e16\"\\"),
              ImmutableList.of("sh", "-c"),
              ImmutableList.of("echo \n"),
              ImmutableSortedSet.of("/data"),
              "/work",
              ImmutableSortedMap.of("", "empty", "key", ""),
              "SIGINT"),
          ImmutableList.of(digest("1"), digest("0")));

  private static Digest digest(String digit) {
    return Digest.parse("sha256:" + digit.repeat(64));
  }

  @Test
  void everyFieldComesBack() throws IOException {
    assertThat(ImageIndexEntry.decode(ImageIndexEntry.encode(KNOWN))).isEqualTo(KNOWN);
  }

  @Test
  void entryThatEndsEarlyIsRefused() throws IOException {
    byte[] whole = ImageIndexEntry.encode(KNOWN);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageIndexEntry.decode(part))
          .isInstanceOfAny(JsonProcessingException.class, IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"format\":1 | {\"format\":2",
        "{\"format\":1 | {\"format\":\"1\"",
        "{\"format\":1 | {\"format\":99999999999999999999",
        "\"os\":\"linux\" | \"os\":null",
        "\"os\":\"linux\" | \"arch\":\"linux\"",
        "\"os\":\"linux\" | \"os\":\"linux\",\"os\":\"linux\"",
        "[\"sh\",\"-c\"] | [\"sh\",null]",
        "[\"sh\",\"-c\"] | [\"sh\",[\"-c\"]]",
        "[\"sh\",\"-c\"] | \"sh\"",
        "\"key\":\"\" | \"\":\"\"",
        "\"key\":\"\" | \"key\":1",
        "sha256:1 | sha256:x",
        "\"SIGINT\"} | \"SIGINT\",\"more\":1}",
        "\"SIGINT\"} | \"SIGINT\"} {}",
      })
  void anotherFormIsRefused(String ours, String theirs) throws IOException {
    String good = new String(ImageIndexEntry.encode(KNOWN), StandardCharsets.UTF_8);
    String bad = good.replace(ours, theirs);
    assertThat(bad).isNotEqualTo(good);
    assertThatThrownBy(() -> ImageIndexEntry.decode(bad.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfAny(JsonProcessingException.class, IllegalArgumentException.class);
  }
}
