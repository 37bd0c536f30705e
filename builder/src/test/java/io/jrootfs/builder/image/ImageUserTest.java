package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageUserTest {
  private static final Accounts ACCOUNTS =
      Accounts.parse("app:x:10:10::/:/bin/sh\n7up:x:7:7::/:/bin/sh\n", "staff:x:50:\n");

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "app", "app:staff", "app:50", "4294967294:4294967294", "7"})
  void whoIsKnownOrANumberCanStart(String user) {
    assertThat(ImageUser.problem(user, ACCOUNTS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nosuch|there is no user 'nosuch' in its /etc/passwd",
        "nosuch:50|there is no user 'nosuch' in its /etc/passwd",
        "staff|there is no user 'staff' in its /etc/passwd",
        "app:app|there is no group 'app' in its /etc/group",
        "7:nosuch|there is no group 'nosuch' in its /etc/group",
        "7up|'7up' is neither a name nor a number from 0 to 4294967294",
        "app:4294967295|'4294967295' is neither a name nor a number from 0 to 4294967294",
        "app:|a user is USER or USER:GROUP, each a name or a number",
        ":50|a user is USER or USER:GROUP, each a name or a number",
        "app:50:1|a user is USER or USER:GROUP, each a name or a number",
      })
  void whoIsNotIsNamed(String user, String problem) {
    assertThat(ImageUser.problem(user, ACCOUNTS)).contains(problem);
  }
}
