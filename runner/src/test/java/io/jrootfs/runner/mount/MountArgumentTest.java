package io.jrootfs.runner.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountArgumentTest {
  private static BindArgument bind(String argument) throws MountSyntaxException {
    MountArgument mount = MountArgument.parse(argument);
    assertThat(mount.tmpfs()).isEmpty();
    return mount.bind().orElseThrow();
  }

  @Test
  void bindIsWhatVolumeIs() throws MountSyntaxException {
    String argument = "type=bind,source=/a,target=/b";
    BindArgument volume = BindArgument.parse("/a:/b");
    assertThat(bind(argument).toMount("/a")).isEqualTo(volume.toMount("/a"));
    assertThat(bind(argument).argument()).isEqualTo(argument);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=bind,source=/a,target=/b,readonly,bind-propagation=rslave,bind-nonrecursive,noexec",
        "dst=/b,src=/a,ro=true,bind-propagation=slave,bind-nonrecursive=1,exec=false,type=bind",
        "destination=/b,src=/a,rw=0,bind-propagation=slave,bind-nonrecursive=true,noexec=1,"
            + "type=bind,relabel=shared"
      })
  void bindIsSpelledInManyWays(String argument) throws MountSyntaxException {
    assertThat(bind(argument).toMount("/a"))
        .isEqualTo(
            new Mount.Bind(
                "/a",
                "/b",
                false,
                ImmutableSet.of(MountFlag.READ_ONLY, MountFlag.NOEXEC),
                ImmutableSet.of(),
                Propagation.SLAVE));
  }

  @Test
  void tmpfsHasASizeAndAMode() throws MountSyntaxException {
    assertThat(MountArgument.parse("type=tmpfs,dst=/t,tmpfs-size=1.5m,tmpfs-mode=0700,exec"))
        .isEqualTo(
            new MountArgument(
                Optional.empty(),
                Optional.of(
                    new Mount.Filesystem(
                        "tmpfs",
                        ImmutableList.of("mode=0700", "size=1572864"),
                        ImmutableSet.of(MountFlag.NOSUID, MountFlag.NODEV),
                        "/t",
                        false,
                        false))));
    assertThat(MountArgument.parse("type=tmpfs,target=/t").tmpfs())
        .contains(TmpfsArgument.parse("/t"));
  }

  @Test
  void quotesKeepCommasAndQuotes() throws MountSyntaxException {
    assertThat(bind("type=bind,\"source=/a,\"\"b\"\"\",\"target=/c,d\"").source())
        .isEqualTo("/a,\"b\"");
  }

  @Property
  void quotedFieldsComeBack(@ForAll @NotEmpty List<String> fields) {
    String line =
        String.join(
            ",", fields.stream().map(field -> "\"" + field.replace("\"", "\"\"") + "\"").toList());
    assertThat(QuotedFields.split(line)).isEqualTo(fields);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "target=/b                                 | a type is missing; write type=bind or type=tmpfs",
        "type=,target=/b                           | a type is missing; write type=bind or type=tmpfs",
        "type=volume,source=a,target=/b            | there are no named volumes; type=bind with a source shows a directory of the host",
        "type=bnd,source=/a,target=/b              | unknown type ''bnd''; did you mean ''bind''?",
        "type=npipe                                | unknown type ''npipe''; there are bind, tmpfs",
        "type=bind,source=/a                       | a target is missing; write target=/PATH",
        "type=bind,target=/b                       | a source is missing; write source=/PATH",
        "type=bind,source=,target=/b               | a source is missing; write source=/PATH",
        "type=bind,source=/a,target=b              | the path inside the container must be absolute, such as /data",
        "type=bind,source=/a,target=/proc/x        | nothing can be mounted on or below /proc",
        "type=bind,source=/a,target=/b,dst=/c      | ''dst'' is given twice (as target)",
        "type=bind,type=bind                       | ''type'' is given twice",
        "type=bind,source=/a,target=/b,ro,readonly | ''readonly'' is given twice (as ro)",
        "type=bind,source=/a,target=/b,ro,rw       | ''ro'' and ''rw'' contradict each other",
        "type=bind,source=/a,target=/b,ro=maybe    | ''ro=maybe'' is neither true nor false",
        "type=bind,source=/a,traget=/b             | type=bind has no ''traget''; did you mean ''target''?",
        "type=bind,source=/a,target=/b,tmpfs-size=1| type=bind has no ''tmpfs-size''; there are type, target, dst, destination, readonly, ro, rw, nosuid, suid, nodev, dev, noexec, exec, source, src, bind-propagation, bind-nonrecursive, relabel",
        "type=tmpfs,source=/a,target=/b            | type=tmpfs has no ''source''; there are type, target, dst, destination, readonly, ro, rw, nosuid, suid, nodev, dev, noexec, exec, tmpfs-size, tmpfs-mode",
        "type=tmpfs,target=/b,tmpfs-size=big       | tmpfs-size ''big'' is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "type=tmpfs,target=/b,tmpfs-mode=999       | ''999'' is no mode; an example is mode=1777",
        "type=bind,source=/a,target=/b,bind-propagation=x | unknown propagation ''x''; there are private, rprivate, slave, rslave, shared, rshared",
        "type=bind,source=/a,target=/b,relabel=x   | unknown relabel ''x''; there are shared, private",
        "type=bind,source=data,target=/b           | the host''s path must start with ''/'' or ''.''; there are no named volumes, did you mean ''./data''?",
        "type=bind,\"source=/a                     | a quoted field has no closing quote",
        "type=bind,\"source=/a\"b                  | a comma must follow the closing quote of a field",
        "type=bind,source=\"/a\"                   | quotes go around the whole of a field, as in ''\"source=/a,b\"''"
      })
  void whatCannotBeMeantIsNamed(String argument, String problem) {
    String written = argument.replace("''", "'");
    assertThatThrownBy(() -> MountArgument.parse(written))
        .isInstanceOf(MountSyntaxException.class)
        .hasMessage("mount '" + written + "': " + problem.replace("''", "'"));
  }
}
