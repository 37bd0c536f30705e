package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "bash, docker.io/library/bash:latest",
    "bash:5.2, docker.io/library/bash:5.2",
    "docker.io/bash, docker.io/library/bash:latest",
    "index.docker.io/bash, docker.io/library/bash:latest",
    "me/bash, docker.io/me/bash:latest",
    "a/b/c:T_a.g-1, docker.io/a/b/c:T_a.g-1",
    "localhost/bash, localhost/bash:latest",
    "localhost:5000/bash, localhost:5000/bash:latest",
    "host:5000/bash:1, host:5000/bash:1",
    "ghcr.io/me/a--b__c.d, ghcr.io/me/a--b__c.d:latest",
    "[2001:db8::1]:5000/x, [2001:db8::1]:5000/x:latest",
    "HOST/x, HOST/x:latest",
  })
  void shortNamesAreCompletedAsDockerDoes(String reference, String full) throws Exception {
    assertThat(ImageReference.parse(reference)).hasToString(full);
    assertThat(ImageReference.parse(full)).hasToString(full);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | no repository",
        "Bash | lower-case letters and digits, and between them single '.', '_', '__' or '-'; 'bash' would be one",
        "bash: | the tag must be",
        "bash:-x | the tag must be",
        "bash:a b | the tag must be",
        "bash@sha256:00 | a digest cannot be given",
        "/bash | no repository",
        "bash/ | no repository",
        "a//b | no repository",
        "a/../b | no repository",
        "a___b | no repository",
        "-a | no repository",
        "host.:5000/x | no registry",
        "host:port/x | no registry",
        "https://host/x | leave out 'https://'",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef | an image ID",
      })
  void whatDockerRefusesIsRefusedWithTheReason(String reference, String reason) {
    ImageReference.InvalidException e =
        catchThrowableOfType(
            ImageReference.InvalidException.class, () -> ImageReference.parse(reference));
    assertThat(e).hasMessageContaining(reason).hasMessageContaining("'" + reference + "'");
    assertThat(e.reference()).isEqualTo(reference);
  }

  @ParameterizedTest
  @CsvSource({
    "bash, localhost/bash:latest",
    "My_Tool.v2, localhost/my-tool-v2:latest",
    "[, localhost/image:latest",
  })
  void imagesNobodyNamedAreCalledAfterTheirSubject(String subject, String name) throws Exception {
    ImageReference reference = ImageReference.forUnnamed(subject);
    assertThat(reference).hasToString(name);
    assertThat(ImageReference.parse(name)).isEqualTo(reference);
  }
}
