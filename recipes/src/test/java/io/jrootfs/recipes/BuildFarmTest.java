package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image of jbuild, started by others, builds images. */
class BuildFarmTest {
  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void makeImage() throws Exception {
    dist = Dist.installedIn(work);
    Dist.bring(work, "registry.sh", "job.sh");
    RecipeFilesTest.bringRecipes(dist, work);
    RecipeFilesTest.prepare(dist, work, "jbuild.yaml");
  }

  /**
   * The way from one machine to many: an image goes to a registry by name, is started by digest,
   * and what it makes has the bytes that it would have here.
   */
  @Test
  void aJobOfKubernetesBuildsAnImageAndPushesIt() throws Exception {
    Dist.Result result =
        dist.shell(
            work,
            """
            . ./registry.sh
            image=$(jbuild rootfs -q --recipe recipes/jbuild.yaml --push localhost:$port/jbuild:1 -o jbuild.tar)
            sed -e "s,registry.example.org/jbuild:1,$image," -e "s,registry.example.org,localhost:$port," \\
              recipes/kubernetes/build-job.yaml >job.yaml
            said=$(sh job.sh job.yaml)
            here=$(jbuild rootfs -q --add sh --print-digest -o here.tar)
            jbuild pull -q localhost:$port/shell:1 -o there.tar >&2
            jbuild diff here.tar there.tar
            jrun there.tar sh -c 'echo it runs'
            test "$said" = "localhost:$port/shell@$here" && echo 'the digest is that of here'
            cat job.txt
            """);
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            it runs
            the digest is that of here
            user 10001:10001, capabilities [], root read-only true
            """);
  }
}
