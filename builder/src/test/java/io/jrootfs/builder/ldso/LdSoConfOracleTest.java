package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The directories that ldconfig itself reads out of ld.so.conf and what that includes. */
class LdSoConfOracleTest {
  @TempDir Path root;

  @BeforeEach
  void filesInSeveralDirectories() throws Exception {
    ExternalTool.shell(
        root,
        "i=0; for file in d/a.conf d/b.conf d-1/a.conf d10/a.conf d2/.b.conf .e/a.conf"
            + " '{x}/a.conf';do i=$((i+1)); mkdir -p opt/$i etc/${file%/*}; echo /opt/$i"
            + " >etc/$file; done;mkdir etc/nested; echo 'include second.conf ../d/b.conf'"
            + " >etc/nested/first.conf;echo /opt/3 >etc/nested/second.conf;ln -s 1 opt/l; ln -s"
            + " /opt opt/m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include d/*.conf",
        "include d*/*.conf",
        "include d*/a.conf",
        "include /etc/d[12]*/?.conf",
        "include d[!1]/*",
        "include d2/*",
        "include d2/.*.conf",
        "include .*/*.conf",
        "include */../d/*.conf",
        "include d*/../d*/*.conf",
        "include {x}/*.conf",
        "include {*}/*.conf",
        "include */gone/*.conf",
        "include d*/b.conf  d*/a.conf",
        "include /*/d/*.conf\n/opt/7",
        " \t/opt/1  \n\n#/opt/2\n/opt/3 # /opt/4\n/opt/5#/opt/6",
        "hwcap 0 nosegneg\n/opt/1\nhwcap\t1 x\n/opt/2",
        "include d/a.conf # d/b.conf",
        "\tinclude\td/a.conf\td/b.conf",
        "includes d/a.conf\n/opt/2",
        "/opt/2\ninclude d/*.conf",
        "/opt/2/\n//opt//2\n/opt/1",
        "include nested/first.conf\n/opt/7",
        "opt/1\n/opt/2",
        "/opt/1\n/opt/l\n/opt/2\n/opt/m/2",
        "/opt/l\n/opt/2\n/opt/1",
      })
  void includesLeadToTheDirectoriesThatLdconfigVisits(String text) throws Exception {
    Files.writeString(root.resolve("etc/ld.so.conf"), text + "\n");
    Sysroot sysroot = Sysroot.of(root);
    SysrootPath file = SysrootPath.of("/etc/ld.so.conf");
    assertThat(LdSoConf.directories(sysroot, new ElfFiles(sysroot), file)).isEqualTo(visited());
  }

  private List<String> visited() throws Exception {
    return ExternalTool.shell(
            root, "/sbin/ldconfig -r . -v 2>/dev/null | sed -n 's/^\\(\\/opt\\/.\\):.*/\\1/p'")
        .lines()
        .toList();
  }
}
