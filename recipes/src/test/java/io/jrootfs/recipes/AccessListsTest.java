package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Access control lists that other archivers write in text, as {@code getfacl} sees them where we
 * have unpacked them. The lists are about daemon, who is 1 here and 77 in the tree.
 */
class AccessListsTest {
  private static final String TREE =
      """
      jbuild rootfs -q --add sh,getfacl --format dir -o tree
      echo 'root:x:0:0::/:/bin/sh
      daemon:x:77:77::/:/bin/sh' >tree/etc/passwd
      echo 'root:x:0:
      adm:x:78:' >tree/etc/group
      mkdir -p tree/data/inheriting
      cp /dev/null tree/data/plain
      cp /dev/null tree/data/listed
      setfacl -m u:daemon:rwx,g:adm:r-x,u:2000000000:r--,m::rw- tree/data/listed
      setfacl -m u:daemon:r-x,d:u:daemon:rwx,d:o::--- tree/data/inheriting
      """;

  private static final String LISTED =
      """
      # file: data
      # owner: 0
      # group: 0
      user::rwx
      group::r-x
      other::r-x

      # file: data/inheriting
      # owner: 0
      # group: 0
      user::rwx
      user:USER:r-x
      group::r-x
      mask::r-x
      other::r-x
      default:user::rwx
      default:user:USER:rwx
      default:group::r-x
      default:mask::rwx
      default:other::---

      # file: data/listed
      # owner: 0
      # group: 0
      user::rw-
      user:USER:rwx
      user:2000000000:r--
      group::r--
      group:GROUP:r-x
      mask::rw-
      other::r--

      # file: data/plain
      # owner: 0
      # group: 0
      user::rw-
      group::r--
      other::r--

      """;

  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void makeTree() throws Exception {
    dist = Dist.sharedIn(work);
    shell(TREE);
  }

  private String shell(String script) throws Exception {
    Dist.Result result = dist.shell(work, "umask 022; set -e\n" + script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  /** The same as jbuild unpacks it, and as a container sees it. */
  private void assertListed(String writer, String user, String group) throws Exception {
    String listed = LISTED.replace("USER", user).replace("GROUP", group);
    shell(writer + " -C tree -cf t.tar . && jbuild rootfs -q --from t.tar --format dir -o root");
    assertThat(shell("cd root && getfacl -nE data data/*")).isEqualTo(listed);
    assertThat(shell("jrun t.tar sh -c 'cd / && getfacl -nE data data/*'")).isEqualTo(listed);
    assertThat(shell("stat -c %a root/data/listed")).isEqualTo("664\n");
  }

  @Test
  void thoseOfGnuTarAreAboutWhomTheTreeCallsSo() throws Exception {
    assertListed("tar --acls", "77", "78");
  }

  @Test
  void thoseOfBsdtarHaveNumbersThatCount() throws Exception {
    assertListed("bsdtar --acls", "1", "4");
  }

  @Test
  void theAttributeCountsWhereGnuTarWritesBoth() throws Exception {
    assertListed("tar --acls --xattrs --xattrs-include='*'", "1", "4");
  }

  /** The layer of the tar stays what it is, below another one that has the account. */
  @Test
  void theAccountMayBeInAnotherLayer() throws Exception {
    shell("mv tree/etc/passwd passwd; tar --acls -C tree -cf t.tar .");
    shell("sed -i s/77/99/g passwd; mkdir etc; mv passwd etc/; tar -cf above.tar etc");
    shell(
        """
        printf '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s"]}}' \
          $(sha256sum <t.tar | cut -c-64) $(sha256sum <above.tar | cut -c-64) >config.json
        echo '[{"Config":"config.json","RepoTags":["x:1"],"Layers":["t.tar","above.tar"]}]' >manifest.json
        tar -cf image.tar manifest.json config.json t.tar above.tar
        jbuild rootfs -q --from image.tar --format dir -o root
        """);
    assertThat(shell("cd root && getfacl -nE data data/*"))
        .isEqualTo(LISTED.replace("USER", "99").replace("GROUP", "78"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jbuild rootfs --from t.tar --format dir -o root", "jrun t.tar sh"})
  void whomTheTreeDoesNotKnowIsNamed(String program) throws Exception {
    shell("rm tree/etc/group; tar --acls -C tree -cf t.tar .");
    Dist.Result result = dist.shell(work, program);
    assertThat(result.status()).isNotZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains(
            "t.tar: /data/listed: its access control list names the group 'adm', whom /etc/group"
                + " of the tree does not know; add the account, or write the tar with numbers, as"
                + " bsdtar does and GNU tar with --xattrs --xattrs-include='system.posix_acl_*'\n");
    assertThat(work.resolve("root")).doesNotExist();
  }
}
