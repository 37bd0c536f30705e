package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A machine made up of a few files, with its cgroups mounted in one way or another. */
final class Machine implements CgroupFiles {
  private final StringBuilder mountinfo = new StringBuilder();
  private final StringBuilder own = new StringBuilder();
  private final Map<String, String> texts = new TreeMap<>();
  private final Set<String> notWritable = new HashSet<>();
  private final Map<String, DeviceNumber> disks = new TreeMap<>();

  /** As a container engine's host of today: everything in one tree, we are in a session of root. */
  static Machine version2() {
    return new Machine()
        .mount("/ /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate")
        .own("0::/user.slice/session-1.scope")
        .cgroup2("/sys/fs/cgroup", "cpuset cpu io memory pids", "cpu memory pids")
        .cgroup2("/sys/fs/cgroup/user.slice", "cpu memory pids", "memory pids")
        .cgroup2("/sys/fs/cgroup/user.slice/session-1.scope", "memory pids", "")
        .text("/sys/fs/cgroup/user.slice/session-1.scope/cgroup.procs", "1\n42")
        .text("/sys/fs/cgroup/user.slice/cgroup.type", "domain")
        .text("/sys/fs/cgroup/user.slice/session-1.scope/cgroup.type", "domain");
  }

  /** As RHEL 7 had it: each controller in a tree of version 1, some of them sharing one. */
  static Machine version1() {
    return new Machine()
        .version1("cpu,cpuacct", "rw,cpuacct,cpu", "/")
        .version1("cpuset", "rw,cpuset", "/")
        .version1("memory", "rw,memory", "/users/1")
        .version1("pids", "rw,pids", "/")
        .version1("blkio", "rw,blkio", "/")
        .version1("devices", "rw,devices", "/")
        .version1("systemd", "rw,xattr,name=systemd", "/user.slice", "name=systemd")
        .text("/sys/fs/cgroup/cpuset/cpuset.cpus", "0-3")
        .text("/sys/fs/cgroup/cpuset/cpuset.mems", "0");
  }

  Machine version1(String directory, String options, String path) {
    return version1(directory, options, path, directory);
  }

  private Machine version1(String directory, String options, String path, String controllers) {
    String mountPoint = "/sys/fs/cgroup/" + directory;
    return mount("/ " + mountPoint + " rw - cgroup cgroup " + options)
        .own("9:" + controllers + ":" + path)
        .text(mountPoint + "/cgroup.procs", "1")
        .text(mountPoint + path + "/cgroup.procs", "1");
  }

  /**
   * @param rest root, mount point, options, dash, type, source and super block options
   */
  Machine mount(String rest) {
    mountinfo.append("31 23 0:28 ").append(rest.replace(" - ", " shared:9 - ")).append('\n');
    return this;
  }

  Machine own(String line) {
    own.append(line).append('\n');
    return this;
  }

  Machine cgroup2(String directory, String controllers, String handedDown) {
    return text(directory + "/cgroup.procs", "")
        .text(directory + "/cgroup.controllers", controllers)
        .text(directory + "/cgroup.subtree_control", handedDown);
  }

  Machine text(String file, String text) {
    texts.put(file.replace("//", "/"), text);
    return this;
  }

  Machine notWritable(String path) {
    notWritable.add(path);
    return this;
  }

  Machine disk(String path, int major, int minor) {
    disks.put(path, new DeviceNumber(major, minor));
    return this;
  }

  CgroupMounts mounts() {
    return CgroupMounts.parse(mountinfo.toString(), own.toString());
  }

  /** What is done for a container named {@code c}, by root, in lines of a shell. */
  String cgroups(String... options) throws LimitException {
    return text(derive(true, options));
  }

  /** The same for an ordinary user. */
  String cgroupsOfUser(String... options) throws LimitException {
    return text(derive(false, options));
  }

  ContainerCgroups derive(boolean root, String... options) throws LimitException {
    return derive(root, ImmutableList.of(), options);
  }

  ContainerCgroups derive(boolean root, ImmutableList<DeviceRule> granted, String... options)
      throws LimitException {
    return CgroupRules.derive(limits(options), granted, mounts(), this, "c", root);
  }

  /** From words like {@code --memory=64m}. */
  static Limits limits(String... options) throws LimitException {
    ImmutableListMultimap.Builder<String, String> words = ImmutableListMultimap.builder();
    for (String option : options) {
      int equals = option.indexOf('=');
      words.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return LimitArguments.parse(words.build());
  }

  static String text(ContainerCgroups cgroups) {
    return cgroups.actions().stream()
        .map(
            action ->
                action.match(
                    new CgroupAction.Cases<String>() {
                      @Override
                      public String make(CgroupAction.Make make) {
                        return "mkdir " + make.directory() + "\n";
                      }

                      @Override
                      public String write(CgroupWrite write) {
                        return write.choices().stream()
                                .map(
                                    choice ->
                                        "%s > %s/%s"
                                            .formatted(
                                                choice.value(), write.directory(), choice.file()))
                                .collect(Collectors.joining(" or "))
                            + (write.tolerated() == CgroupWrite.Tolerated.NOTHING
                                ? ""
                                : " unless " + write.tolerated())
                            + "\n";
                      }

                      @Override
                      public String filter(CgroupAction.Filter filter) {
                        return "filter " + filter.directory() + " " + filter.rules() + "\n";
                      }
                    }))
        .collect(Collectors.joining());
  }

  @Override
  public Optional<String> text(String file) {
    return Optional.ofNullable(texts.get(file));
  }

  @Override
  public boolean isReadable(String file) {
    return text(file).isPresent();
  }

  @Override
  public boolean isWritable(String path) {
    return !notWritable.contains(path);
  }

  @Override
  public Optional<DeviceNumber> disk(String path) {
    return Optional.ofNullable(disks.get(path));
  }
}
