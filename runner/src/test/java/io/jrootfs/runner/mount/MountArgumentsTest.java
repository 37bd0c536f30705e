package io.jrootfs.runner.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountArgumentsTest {
  @Test
  void volumeIsWritablePrivateAndTakesWhatIsBelowAlong() throws MountSyntaxException {
    assertThat(BindArgument.parse("/src:/dst"))
        .isEqualTo(
            new BindArgument(
                "volume",
                "/src:/dst",
                "/src",
                "/dst",
                true,
                ImmutableSet.of(),
                ImmutableSet.of(),
                Propagation.PRIVATE));
  }

  @Test
  void volumeOptionsCombine() throws MountSyntaxException {
    BindArgument volume = BindArgument.parse("./data:/srv//./data/:bind,ro,nodev,exec,rslave,z");
    assertThat(volume.source()).isEqualTo("./data");
    assertThat(volume.toMount("/home/u/data"))
        .isEqualTo(
            new Mount.Bind(
                "/home/u/data",
                "/srv/data",
                false,
                ImmutableSet.of(MountFlag.READ_ONLY, MountFlag.NODEV),
                ImmutableSet.of(MountFlag.NOEXEC),
                Propagation.SLAVE));
  }

  @ParameterizedTest
  @CsvSource({
    "private, PRIVATE",
    "rprivate, PRIVATE",
    "slave, SLAVE",
    "rslave, SLAVE",
    "shared, SHARED",
    "rshared, SHARED"
  })
  void propagationIsSpelledWithOrWithoutR(String word, Propagation propagation)
      throws MountSyntaxException {
    assertThat(BindArgument.parse("/a:/b:" + word).propagation()).isEqualTo(propagation);
  }

  @Test
  void writableIsNoOrderToLiftTheHostsReadOnly() throws MountSyntaxException {
    assertThat(BindArgument.parse("/a:/b:rw,suid,dev,exec").cleared())
        .containsExactly(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a:/b:ro,ro        | 'ro' is given twice",
        "/a:/b:exec,noexec  | 'exec' and 'noexec' contradict each other",
        "/a:/b:rbind,bind   | 'bind' and 'rbind' contradict each other",
        "/a:/b:bind,bind    | 'bind' is given twice",
        "/a:/b:slave,shared | 'shared' is a second propagation; leave one of them out",
        "/a:/b:rshard       | unknown option 'rshard'; did you mean 'rshared'?",
        "/a:/b:nosid        | unknown option 'nosid'; did you mean 'nosuid'?",
        "/a:/b:U            | 'U' would change who owns files of the host, which jrun never does"
      })
  void volumeOptionsThatCannotBeMeantAreNamed(String argument, String problem) {
    assertThatThrownBy(() -> BindArgument.parse(argument))
        .hasMessage("volume '" + argument + "': " + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "/src",
        "/src:",
        ":/dst",
        "/src:dst",
        "src:/dst",
        "/src:/dst:",
        "/src:/dst:rx",
        "/src:/dst:ro,",
        "/src:/dst:ro,rw",
        "/src:/dst:ro:rw",
        "/src:/",
        "/src://",
        "/src:/.",
        "/src:/a/../b",
        "/src:/..",
        "/src:/proc",
        "/src:/proc/sys",
        "/src:/./proc//sys"
      })
  void malformedVolumeIsRefusedWithItsText(String argument) {
    assertThatThrownBy(() -> BindArgument.parse(argument))
        .isInstanceOfSatisfying(
            MountSyntaxException.class,
            e -> {
              assertThat(e.argument()).isEqualTo(argument);
              assertThat(e.problem()).isNotBlank();
            });
  }

  @Test
  void aNameThatOnlyStartsLikeProcIsNoProblem() throws MountSyntaxException {
    assertThat(BindArgument.parse("/src:/process").destination()).isEqualTo("/process");
  }

  @Test
  void namedVolumeIsRefusedWithTheLikelyIntention() {
    assertThatThrownBy(() -> BindArgument.parse("data:/dst")).hasMessageContaining("'./data'");
  }

  @Test
  void tmpfsHasPodmansDefaults() throws MountSyntaxException {
    assertThat(TmpfsArgument.parse("/run"))
        .isEqualTo(
            new Mount.Filesystem(
                "tmpfs",
                ImmutableList.of("mode=1777"),
                ImmutableSet.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC),
                "/run",
                true,
                false));
  }

  @Test
  void tmpfsOptionsReplaceTheDefaults() throws MountSyntaxException {
    assertThat(TmpfsArgument.parse("/run:size=10%,mode=0750,exec,dev,suid,ro,nr_inodes=4k"))
        .isEqualTo(
            new Mount.Filesystem(
                "tmpfs",
                ImmutableList.of("mode=0750", "nr_inodes=4k", "size=10%"),
                ImmutableSet.of(MountFlag.READ_ONLY),
                "/run",
                false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "run",
        "/",
        "/proc",
        "/run:",
        "/run:size",
        "/run:size=",
        "/run:size=1x",
        "/run:size=-1",
        "/run:size=64m,",
        "/run:mode=888",
        "/run:mode=17777",
        "/run:mode=0x1",
        "/run:nr_inodes=5%",
        "/run:uid=0",
        "/run:mode=755,mode=700",
        "/run:ro,rw",
        "/run:huge=always"
      })
  void malformedTmpfsIsRefusedWithItsText(String argument) {
    assertThatThrownBy(() -> TmpfsArgument.parse(argument))
        .isInstanceOfSatisfying(
            MountSyntaxException.class, e -> assertThat(e.argument()).isEqualTo(argument));
  }

  @Property
  void anyTextIsEitherAMountOrRefused(@ForAll String text) {
    assertThatCode(
            () -> {
              try {
                assertThat(BindArgument.parse(text).destination()).startsWith("/");
              } catch (MountSyntaxException e) {
                assertThat(e.argument()).isEqualTo(text);
              }
              try {
                assertThat(TmpfsArgument.parse(text).destination()).startsWith("/");
              } catch (MountSyntaxException e) {
                assertThat(e.argument()).isEqualTo(text);
              }
              try {
                MountArgument.parse(text);
              } catch (MountSyntaxException e) {
                assertThat(e.argument()).isEqualTo(text);
              }
              try {
                assertThat(DeviceArgument.parse(text).destination()).startsWith("/");
              } catch (MountSyntaxException e) {
                assertThat(e.argument()).isEqualTo(text);
              }
            })
        .doesNotThrowAnyException();
  }
}
