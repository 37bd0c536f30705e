package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The callers of {@link Specs} have all capabilities but SYS_RESOURCE. */
class CapabilityRulesTest {
  private static final Set<Capability> DEFAULT = CapabilitySet.DEFAULT.capabilities();
  private static final Set<Capability> OURS = Specs.CAPABILITIES.capabilities();

  private final Specs specs = new Specs();

  private Collection<Capability> bounding(String added, String dropped) throws SpecException {
    give(added, dropped);
    return specs.derive().process().capabilities().capabilities();
  }

  private void give(String added, String dropped) {
    specs.added = words(added);
    specs.dropped = words(dropped);
  }

  /** Options are separated by spaces here, the names in one by commas. */
  private static ImmutableList<String> words(String text) {
    return ImmutableList.copyOf(Splitter.on(' ').omitEmptyStrings().split(text));
  }

  private static Set<Capability> with(Set<Capability> set, Capability... more) {
    return Sets.union(set, Set.copyOf(List.of(more)));
  }

  private static Set<Capability> without(Set<Capability> set, Capability... less) {
    return Sets.difference(set, Set.copyOf(List.of(less)));
  }

  @Test
  void namesAddToTheElevenOrTakeFromThem() throws SpecException {
    assertThat(bounding("", "")).containsExactlyElementsOf(DEFAULT);
    assertThat(bounding("net_raw CAP_SYS_ADMIN,cap_mknod", "chown CAP_KILL"))
        .hasSameElementsAs(
            without(
                with(DEFAULT, Capability.NET_RAW, Capability.SYS_ADMIN, Capability.MKNOD),
                Capability.CHOWN,
                Capability.KILL));
    // One that it does not have is dropped, one that it has is added: nothing changes.
    assertThat(bounding("chown", "sys_admin")).hasSameElementsAs(DEFAULT);
  }

  @Test
  void allIsWhatWeHave() throws SpecException {
    assertThat(bounding("ALL", "")).hasSameElementsAs(OURS);
    assertThat(bounding("all", "chown")).hasSameElementsAs(without(OURS, Capability.CHOWN));
    assertThat(bounding("", "all")).isEmpty();
    assertThat(bounding("chown,net_raw", "All"))
        .containsExactly(Capability.CHOWN, Capability.NET_RAW);
  }

  @Test
  void privilegedHasAllThatWeHaveButWhatIsDropped() throws SpecException {
    specs.privileged = true;
    assertThat(bounding("", "")).hasSameElementsAs(OURS);
    assertThat(bounding("", "chown")).hasSameElementsAs(without(OURS, Capability.CHOWN));
    assertThat(bounding("", "all")).isEmpty();
  }

  @Test
  void whatIsAddedByNameAUserOtherThanRootHasToo() throws SpecException {
    give("net_raw", "chown");
    assertThat(specs.derive().process().ambientCapabilities()).isEqualTo(CapabilitySet.EMPTY);
    specs.user = Optional.of("app");
    assertThat(specs.derive().process().ambientCapabilities().capabilities())
        .containsExactly(Capability.NET_RAW);
    give("ALL", "chown");
    assertThat(specs.derive().process().ambientCapabilities().capabilities())
        .hasSameElementsAs(without(OURS, Capability.CHOWN));
  }

  @Test
  void privilegedUserOtherThanRootHasNoneByThatAlone() throws SpecException {
    specs.privileged = true;
    specs.user = Optional.of("app");
    assertThat(specs.derive().process().ambientCapabilities()).isEqualTo(CapabilitySet.EMPTY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nope      | \"\" | --cap-add 'nope': is no capability; there are all, chown,",
        "net_rwa   | \"\" | --cap-add 'net_rwa': is no capability; did you mean 'net_raw'?",
        "CAP_CHWON | \"\" | --cap-add 'CAP_CHWON': is no capability; did you mean 'chown'?",
        "chown,    | \"\" | --cap-add '': is no capability; there are all, chown,",
        "\"\"      | nope  | --cap-drop 'nope': is no capability; there are all, chown,",
        "\"\"      | all,x | --cap-drop 'x': is no capability; there are all, chown,",
        "all       | all   | capabilities: ALL cannot be both added and dropped",
        "chown     | CAP_CHOWN | capability CHOWN: is both added and dropped; leave one of them out",
        "sys_resource | \"\" | capability SYS_RESOURCE: cannot be added: jrun was itself started without",
        "sys_resource | all | capability SYS_RESOURCE: cannot be added: jrun was itself started without"
      })
  void otherNamesAreRefused(String added, String dropped, String start) {
    give(added, dropped);
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith(start);
  }
}
