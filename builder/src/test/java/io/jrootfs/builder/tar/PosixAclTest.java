package io.jrootfs.builder.tar;

import static io.jrootfs.builder.tar.RawTar.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.rootfs.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access control lists in the text form of tars. Archivers' own are in {@code AccessListsTest}. */
class PosixAclTest {
  /** user::rw-, user:1:rwx, user:502:r--, group::r--, group:5:r-x, mask::rwx, other::--- */
  private static final String VALUE =
      "02000000"
          + "01000600ffffffff"
          + "0200070001000000"
          + "02000400f6010000"
          + "04000400ffffffff"
          + "0800050005000000"
          + "10000700ffffffff"
          + "20000000ffffffff";

  private static final ImmutableMap<String, Integer> NUMBERS =
      ImmutableMap.of("daemon", 1, "DOM\\lisa", 502, "the team", 5);

  @TempDir Path directory;

  private static final PosixAcl.AccountNumbers ACCOUNTS =
      new PosixAcl.AccountNumbers() {
        @Override
        public OptionalLong user(String name) {
          Integer number = NUMBERS.get(name);
          return number == null ? OptionalLong.empty() : OptionalLong.of(number);
        }

        @Override
        public OptionalLong group(String name) {
          return user(name);
        }
      };

  private TarMember member(String... keysAndValues) throws Exception {
    byte[] archive = new RawTar().pax(keysAndValues).add(header("x")).ended();
    return TarReader.read(Files.write(directory.resolve("t.tar"), archive)).get(0);
  }

  private TarMember member(String list) throws Exception {
    return member("SCHILY.acl.access", list);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // star: the number behind the name, in any order
        "user::rw-,user:lisa:r--:502,user:daemon:rwx:1,group::r--,group:toolies:r-x:5,"
            + "mask::rwx,other::---",
        // libarchive: who has no name has the number in its place; other classes first
        "user::rw-,group::r--,other::---,user:1:rwx,user:lisa:r--:502,group:5:r-x,mask::rwx",
        // libacl, in GNU tar: lines, names alone, what would end one in octal
        "user::rw-\nuser:daemon:rwx\nuser:DOM\\134lisa:r--\ngroup::r--\ngroup:the\\040team:r-x\nmask::rwx\nother::---\n",
        // acl_to_any_text(3) with short tags and what is effective
        "u::rw-\nu:daemon:rwx\t#effective:rw-\nu:502:r--\ng::r--\ng:5:r-x\nm::rwx\no::---\n# end",
        // Solaris: a field less where it is always empty
        "user::rw-,user:daemon:rwx:1,user:x:r--:502,group::r--,group:5:r-x,mask:rwx,other:---"
      })
  void everyFormIsTheSameAttribute(String list) throws Exception {
    TarMember member = member(list);

    assertThat(member.acls().keySet()).containsExactly("system.posix_acl_access");
    assertThat(member.acls().get("system.posix_acl_access").attribute(ACCOUNTS).toString())
        .isEqualTo(VALUE);
    // The group's bits are the mask.
    assertThat(member.entry().metadata().mode()).isEqualTo(0670);
  }

  @Test
  void aListThatSaysNoMoreThanAModeIsTheMode() throws Exception {
    TarMember member = member("user::rwx,group::r-x,other::--x");

    assertThat(member.acls()).isEmpty();
    assertThat(member.entry().metadata().mode()).isEqualTo(0751);
  }

  @Test
  void aDefaultListLeavesTheModeAndStaysWhateverItSays() throws Exception {
    TarMember member = member("SCHILY.acl.default", "user::rwx,group::---,other::---");

    assertThat(member.acls().keySet()).containsExactly("system.posix_acl_default");
    assertThat(member.entry().metadata().mode()).isEqualTo(0644);
  }

  private static final String KEY = "SCHILY.acl.default";

  private static String list(String other) {
    return "user::rwx,group::r-x,other::" + other;
  }

  /** Else a long list before many entries would take its length for each of them. */
  @Test
  void whatIsSaidOfAllEntriesIsReadOnce() throws Exception {
    byte[] archive =
        new RawTar()
            .globalPax(KEY, list("---"), "SCHILY.xattr.user.a", "1")
            .add(header("a"))
            .pax(KEY, list("r--"), "SCHILY.xattr.user.b", "2")
            .add(header("b"))
            .pax(KEY, "")
            .add(header("c"))
            .add(header("d"))
            .globalPax(KEY, list("--x"), "SCHILY.xattr.user.a", "3")
            .add(header("e"))
            .ended();
    List<TarMember> members = TarReader.read(Files.write(directory.resolve("global.tar"), archive));

    assertThat(members)
        .extracting(member -> member.acls().values().toString())
        .containsExactly(lists("---"), lists("r--"), "[]", lists("---"), lists("--x"));
    assertThat(members)
        .extracting(member -> member.entry().metadata().xattrs().toString())
        .containsExactly(
            "{user.a=31}", "{user.a=31, user.b=32}", "{user.a=31}", "{user.a=31}", "{user.a=33}");
    TarMember first = members.get(0);
    assertThat(members.get(3).acls().get(PosixAcl.DEFAULT))
        .isSameAs(first.acls().get(PosixAcl.DEFAULT));
    for (int i = 1; i < 4; i++) {
      assertThat(members.get(i).entry().metadata().xattrs().get("user.a"))
          .isSameAs(first.entry().metadata().xattrs().get("user.a"));
    }
  }

  private static String lists(String other) throws BadFieldException {
    return "[" + PosixAcl.parse(list(other)) + "]";
  }

  @Test
  void theAttributeItselfCountsMoreThanItsText() throws Exception {
    TarMember member =
        member("SCHILY.xattr.system.posix_acl_access", "v", "SCHILY.acl.access", "anything");

    assertThat(member.acls()).isEmpty();
    assertThat(member.entry().metadata().xattrs())
        .containsExactly(java.util.Map.entry("system.posix_acl_access", Bytes.ofUtf8("v")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user::rw-",
        "user::rw-,user::rw-,group::r--,other::r--",
        "user::rw-,group::r--,other::r--,user:1:r--",
        "user::rw-,group::r--,other::r--,mask::r--,mask::r--",
        "user::rw-,group::r--,other::r--,mask::rw",
        "user::rw-,group::r--,other::r--,mask::rwz",
        "user::rw-,group::r--,other:3:r--",
        "user::rw-:0,group::r--,other::r--",
        "user:rw-,group::r--,other::r--",
        "user::rw-,group::r--,other::r--,mask::r--,user:x:r--:4294967295",
        "user::rw-,group::r--,other::r--,mask::r--,user:x:r--:-1",
        "user::rw-,group::r--,other::r--,mask::r--,user:a:b:r--",
        "owner@:rwx:allow",
        "nonsense\u001b[31m"
      })
  void whatIsNoListIsRefused(String list) {
    assertThatThrownBy(() -> member(list))
        .isInstanceOf(TarFormatException.class)
        .hasMessageContaining("access control list")
        .hasMessageNotContaining("\u001b");
  }

  /** What a search for the comment behind it must not take a square of steps for. */
  @Test
  void blanksWithoutEndAreNoEntry() {
    assertThatThrownBy(() -> member("user::r--" + " ".repeat(500_000) + "x"))
        .isInstanceOf(TarFormatException.class)
        .hasMessageContaining("access control list");
  }

  @Test
  void aListThatNoAttributeCanHoldIsRefused() {
    StringBuilder list = new StringBuilder("user::rw-,group::r--,other::r--,mask::r--");
    for (int user = 0; user < 9000; user++) {
      list.append(",user:").append(user).append(":r--");
    }
    assertThatThrownBy(() -> member(list.toString()))
        .hasMessageEndingWith("extended attribute 'system.posix_acl_access' is too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"user:daemon:r--,user:1:rw-", "group:5:r--,group:5:r--"})
  void whoComesTwiceIsRefused(String twice) throws Exception {
    TarMember member = member("user::rw-,group::r--,other::r--,mask::r--," + twice);

    assertThatThrownBy(() -> member.acls().get("system.posix_acl_access").attribute(ACCOUNTS))
        .isInstanceOf(PosixAcl.NameException.class)
        .hasMessageContaining("two entries for");
  }
}
