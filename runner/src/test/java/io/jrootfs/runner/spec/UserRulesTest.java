package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Accounts;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserRulesTest {
  private final Specs specs = new Specs();

  private User user(String text) throws SpecException {
    specs.user = Optional.of(text);
    return specs.derive().process().user();
  }

  @Test
  void nameBringsItsGroups() throws SpecException {
    assertThat(user("app")).isEqualTo(new User(1000, 1001, ImmutableList.of(29L, 44L, 1001L)));
  }

  @Test
  void numberOfAKnownUserBringsItsGroupsToo() throws SpecException {
    assertThat(user("1000")).isEqualTo(user("app"));
  }

  @Test
  void explicitGroupReplacesAllOthers() throws SpecException {
    assertThat(user("app:video")).isEqualTo(new User(1000, 44, ImmutableList.of(44L)));
    assertThat(user("1000:7")).isEqualTo(new User(1000, 7, ImmutableList.of(7L)));
  }

  @Test
  void unknownNumberIsFineAndHasGroupZero() throws SpecException {
    assertThat(user("4242")).isEqualTo(new User(4242, 0, ImmutableList.of(0L)));
    assertThat(user("4294967294:4294967294"))
        .isEqualTo(new User(4294967294L, 4294967294L, ImmutableList.of(4294967294L)));
  }

  @Test
  void numberIsANumberEvenIfSomebodyIsCalledSo() throws SpecException {
    assertThat(user("8")).isEqualTo(new User(8, 0, ImmutableList.of(0L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "::",
        ":app",
        "app:",
        "app:video:",
        "app:video:x",
        "1x",
        "1st",
        "0x0",
        "-1",
        "+0",
        " 0",
        "0 ",
        "0\n",
        "\u0661",
        "4294967295",
        "4294967296",
        "99999999999999999999",
        "nobody",
        "app:nogroup",
        "app:1x",
        "root:4294967295"
      })
  void malformedOrUnknownUserIsRefused(String text) {
    assertThatThrownBy(() -> user(text))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("user '");
  }

  @Test
  void unknownNameSaysWhereItWasLookedUp() {
    assertThatThrownBy(() -> user("nobody"))
        .hasMessage(
            "user 'nobody': the image's /etc/passwd has no user 'nobody'; a number works without an"
                + " entry");
  }

  @Test
  void withOneIdOnlyRootExistsAndHasNoGroups() throws SpecException {
    specs.host = Specs.SINGLE_ID;
    assertThat(user("root")).isEqualTo(new User(0, 0, ImmutableList.of()));
    assertThatThrownBy(() -> user("app"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("newuidmap")
        .hasMessageContaining("/etc/subuid");
    assertThatThrownBy(() -> user("0:5")).isInstanceOf(SpecException.class);
  }

  @Test
  void withRangesOnlyIdsInsideThemExist() throws SpecException {
    specs.host = Specs.RANGES;
    assertThat(user("app").uid()).isEqualTo(1000);
    assertThat(user("65536:65536").uid()).isEqualTo(65_536);
    assertThatThrownBy(() -> user("far"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("uid 70000");
    assertThatThrownBy(() -> user("65537")).isInstanceOf(SpecException.class);
  }

  @Test
  void imagesOwnUserIsTakenAndLookedUp() throws SpecException {
    specs.config = Specs.config("app", ImmutableList.of(), ImmutableList.of("sh"));
    ContainerProcess process = specs.derive().process();
    assertThat(process.user().uid()).isEqualTo(1000);
    assertThat(process.env()).contains("HOME=/home/app");
  }

  @Test
  void userWithoutAnEntryIsAtHomeInTheRoot() throws SpecException {
    specs.user = Optional.of("4242");
    assertThat(specs.derive().process().env()).contains("HOME=/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil:x:0x0:0::/:",
        "evil:x:-0:0::/:",
        "evil:x::0::/:",
        "evil:x: 0:0::/:",
        "evil:x:4294967296:0::/:",
        "evil:x:0",
        "evil:x:0:0::/",
        "evil:x:0:0::/:/bin/sh:extra",
        "evil:x:0:00000000000::/:"
      })
  void malformedLineNamesNobody(String line) {
    specs.accounts = Accounts.parse(line + "\n", "");
    assertThatThrownBy(() -> user("evil")).isInstanceOf(SpecException.class);
  }

  @Test
  void firstOfSeveralEntriesCounts() throws SpecException {
    specs.accounts = Accounts.parse("a:x:5:5::/one:\na:x:6:6::/two:\n", "");
    assertThat(user("a").uid()).isEqualTo(5);
  }

  @Property
  void anyTextIsAUserWithinTheMapOrRefused(@ForAll String text) {
    specs.host = Specs.RANGES;
    try {
      User user = user(text);
      assertThat(Specs.RANGES.mappings().hasUid(user.uid())).isTrue();
      assertThat(Specs.RANGES.mappings().hasGid(user.gid())).isTrue();
    } catch (SpecException e) {
      assertThat(e.subject()).isEqualTo("user '" + text + "'");
    }
  }

  @Property
  void anyAccountFilesParse(@ForAll String passwd, @ForAll String group) {
    Accounts accounts = Accounts.parse(passwd, group);
    assertThat(accounts.users()).allMatch(account -> account.uid() <= 0xffff_fffeL);
    assertThat(accounts.groups()).allMatch(known -> known.gid() <= 0xffff_fffeL);
  }
}
