package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image of bash and ls is an image to everybody else, too. */
class OtherToolsTest {
  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void build() throws Exception {
    dist = Dist.sharedIn(work);
    shell("jbuild rootfs --add bash,ls -t example/shell:1 -o image.tar");
    shell("printf '{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}' >policy.json");
  }

  private String shell(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void skopeoReadsBothOfItsForms() throws Exception {
    for (String transport : new String[] {"docker-archive", "oci-archive"}) {
      assertThat(shell("skopeo --policy policy.json inspect " + transport + ":image.tar"))
          .contains("\"Architecture\"", "PATH=");
      assertThat(shell("skopeo --policy policy.json inspect --config " + transport + ":image.tar"))
          .contains("\"/usr/bin/bash\"");
    }
  }

  @Test
  void umociUnpacksARootThatStartsInAChroot() throws Exception {
    shell("mkdir layout && tar -xf image.tar -C layout && umoci unpack --image layout:1 bundle");
    assertThat(shell("chroot bundle/rootfs /bin/bash -c 'ls /usr/bin'")).contains("bash\nls\n");
  }

  @Test
  void podmanLoadsItUnderItsName() throws Exception {
    String podman = "podman --root $PWD/s --runroot $PWD/r --storage-driver vfs ";
    try {
      assertThat(shell(podman + "load -q --signature-policy policy.json -i image.tar"))
          .contains("docker.io/example/shell:1");
      assertThat(shell(podman + "image inspect -f '{{.Config.Cmd}}' example/shell:1"))
          .isEqualTo("[/usr/bin/bash]\n");
    } finally {
      shell(podman + "rmi -af");
    }
  }

  /** As a cluster does it: whoever has pushed the image says by which digest it is started. */
  @Test
  void containerdPullsItByDigestAndRuncRunsIt() throws Exception {
    Dist.bring(work, "registry.sh", "containerd.sh");
    shell("jbuild rootfs -q --add ls,bash -o listing.tar");
    String printed =
        shell(
            """
            . ./registry.sh
            . ./containerd.sh
            trap 'kill $containerd $registry; wait $containerd || :; wait $registry || :' EXIT
            pushed=$(jbuild push -q listing.tar localhost:$port/listing:1)
            own_ctr images pull --plain-http --snapshotter native "$pushed" >pull.log 2>&1
            own_ctr run --rm --snapshotter native "$pushed" jrootfs-test-$$
            own_ctr run --rm --snapshotter native "$pushed" jrootfs-test-$$ \
              /usr/bin/bash -c 'echo $BASH; exit 7' || echo "status $?"
            own_ctr images ls -q | sed "s/localhost:$port/REGISTRY/"
            """);
    String digest = shell("jbuild inspect --json listing.tar | jq -r .manifest.digest").strip();
    assertThat(printed)
        .isEqualTo(
            "bin\ndev\netc\nlib\nlib64\nproc\nroot\nrun\nsys\ntmp\nusr\nvar\n"
                + "/usr/bin/bash\nstatus 7\nREGISTRY/listing@"
                + digest
                + "\n");
  }

  @Test
  void whatSkopeoCopiesElsewhereStillRuns() throws Exception {
    shell("skopeo --policy policy.json copy -q docker-archive:image.tar oci:layout:x");
    assertThat(shell("jrun layout ls /usr/bin")).isEqualTo("bash\nls\n");
  }

  @Test
  void gnuTarUnpacksThePlainTreeAsItIs() throws Exception {
    shell("jbuild rootfs --add bash,ls --format rootfs -o root.tar");
    shell("jbuild rootfs --add bash,ls --format dir -o root");
    shell("mkdir unpacked && tar --xattrs --same-owner -xpf root.tar -C unpacked");
    String listing = " -printf '%P %y %m %U:%G %l %s\\n' | sort";
    assertThat(shell("cd unpacked && find . ! -type d" + listing))
        .isEqualTo(shell("cd root && find . ! -type d" + listing))
        .contains("usr/bin/bash f 755 0:0");
  }
}
