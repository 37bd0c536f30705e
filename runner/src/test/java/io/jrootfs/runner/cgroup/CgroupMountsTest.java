package io.jrootfs.runner.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {
  private static ImmutableList<Hierarchy> found(Machine machine) {
    return machine.mounts().hierarchies();
  }

  private static Hierarchy version1(String mountPoint, String own, String... controllers) {
    return new Hierarchy(1, mountPoint, false, own, ImmutableSortedSet.copyOf(controllers));
  }

  @Test
  void oneTreeOfVersion2() {
    assertThat(found(Machine.version2()))
        .containsExactly(
            new Hierarchy(
                2,
                "/sys/fs/cgroup",
                false,
                "/user.slice/session-1.scope",
                ImmutableSortedSet.of()));
  }

  @Test
  void controllersOfVersion1MayShareATreeAndComeInAnyOrder() {
    assertThat(found(Machine.version1()))
        .contains(
            version1("/sys/fs/cgroup/cpu,cpuacct", "/", "cpu", "cpuacct"),
            version1("/sys/fs/cgroup/memory", "/users/1", "memory"),
            version1("/sys/fs/cgroup/systemd", "/user.slice", "name=systemd"))
        .hasSize(7);
  }

  @Test
  void aControllerMayBeOnEitherSide() {
    Machine hybrid =
        new Machine()
            .version1("pids", "rw,pids", "/")
            .mount("/ /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw")
            .own("0::/a");
    assertThat(hybrid.mounts().version1("pids")).contains(found(hybrid).get(0));
    assertThat(hybrid.mounts().version1("memory")).isEmpty();
    assertThat(hybrid.mounts().version2())
        .contains(new Hierarchy(2, "/sys/fs/cgroup/unified", false, "/a", ImmutableSortedSet.of()));
  }

  @Test
  void whatIsMountedMayBeAPartOfTheTree() {
    Machine inDocker =
        new Machine()
            .mount("/docker/1f /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids")
            .own("8:pids:/docker/1f/inner");
    assertThat(found(inDocker))
        .containsExactly(
            new Hierarchy(1, "/sys/fs/cgroup/pids", true, "/inner", ImmutableSortedSet.of("pids")));
  }

  @Test
  void aTreeThatWeAreOutsideOfIsNone() {
    assertThat(
            found(
                new Machine()
                    .mount("/docker/1f /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids")
                    .own("8:pids:/docker/1fff")))
        .isEmpty();
    assertThat(
            found(
                new Machine()
                    .mount("/ /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
                    .own("0::/../session-1.scope")))
        .isEmpty();
  }

  @Test
  void aWritableMountIsPreferredAndALaterOneHidesAnEarlierOne() {
    assertThat(
            found(
                new Machine()
                    .mount("/ /a ro - cgroup2 cgroup2 rw")
                    .mount("/ /b rw - cgroup2 cgroup2 rw")
                    .mount("/ /c rw - cgroup2 cgroup2 rw")
                    .mount("/ /b rw - tmpfs tmpfs rw")
                    .own("0::/")))
        .extracting(Hierarchy::mountPoint)
        .containsExactly("/c");
  }

  @Test
  void blanksInPathsAreEscapedAndColonsAreNot() {
    assertThat(found(new Machine().mount("/ /c\\040g rw - cgroup2 cgroup2 rw").own("0::/a:b")))
        .containsExactly(new Hierarchy(2, "/c g", false, "/a:b", ImmutableSortedSet.of()));
  }

  @Test
  void linesThatAreNoneAreNoMounts() {
    assertThat(CgroupMounts.parse("\n31 - cgroup2\nx\n", "0::/\nnonsense\n").hierarchies())
        .isEmpty();
  }

  @Test
  void thisMachineHasSome() throws Exception {
    HostCgroupFiles files = new HostCgroupFiles();
    CgroupMounts mounts =
        CgroupMounts.parse(
            files.text("/proc/self/mountinfo").orElseThrow(),
            files.text("/proc/self/cgroup").orElseThrow());
    assertThat(mounts.hierarchies()).isNotEmpty();
    assertThat(mounts.hierarchies())
        .allSatisfy(
            hierarchy ->
                assertThat(
                        files
                            .text(hierarchy.directory(hierarchy.own()) + "/cgroup.procs")
                            .orElse(""))
                    .contains(Long.toString(ProcessHandle.current().pid())));
  }
}
