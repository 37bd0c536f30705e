package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.cgroup.CgroupWrite.Choice;
import io.jrootfs.runner.cgroup.CgroupWrite.Tolerated;
import io.jrootfs.runner.cgroup.ContainerCgroups.OomKills;
import io.jrootfs.runner.cgroup.LimitRow.Assignment;
import io.jrootfs.runner.cgroup.LimitRow.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a container's cgroups out of its limits and of what the machine has.
 *
 * <p>The container gets a cgroup in every hierarchy in which we can make one, so that all it sees
 * there is its own. A limit is enforced or is an error; only the defaults are left out where the
 * system does not let us set them.
 */
public final class CgroupRules {
  private static final String RULE_OPTION = "--device-cgroup-rule";
  private static final String DEVICE_OPTION = "--device";

  private final Limits limits;
  private final ImmutableList<DeviceRule> granted;
  private final CgroupMounts mounts;
  private final CgroupFiles files;
  private final String name;
  private final ImmutableMap<Hierarchy, CgroupPlace> places;

  /** For each cgroup that is made, in order. */
  private final Map<CgroupPlace, List<CgroupAction>> writes = new LinkedHashMap<>();

  private Optional<OomKills> oomKills = Optional.empty();

  private CgroupRules(
      Limits limits,
      ImmutableList<DeviceRule> granted,
      CgroupMounts mounts,
      CgroupFiles files,
      String name) {
    this.limits = limits;
    this.granted = granted;
    this.mounts = mounts;
    this.files = files;
    this.name = name;
    ImmutableMap.Builder<Hierarchy, CgroupPlace> found = ImmutableMap.builder();
    for (Hierarchy hierarchy : mounts.hierarchies()) {
      CgroupPlace place = CgroupPlace.find(hierarchy, limits.parent(), files);
      found.put(hierarchy, place);
      if (place.obstacle().isEmpty()) {
        writes.put(place, new ArrayList<>());
      }
    }
    this.places = found.buildOrThrow();
  }

  /**
   * The cgroups of a container.
   *
   * @param granted what the devices that the container is given may be used for; {@link
   *     DeviceRule#ALL} if nothing is to be denied
   * @param name of each of them, which nobody else uses
   * @param mayFilterDevices whether we are root outside of any user namespace; in one, the kernel
   *     lets nobody use a device that was not given to him
   * @throws LimitException if a limit cannot be enforced, with the reason
   */
  public static ContainerCgroups derive(
      Limits limits,
      ImmutableList<DeviceRule> granted,
      CgroupMounts mounts,
      CgroupFiles files,
      String name,
      boolean mayFilterDevices)
      throws LimitException {
    CgroupRules rules = new CgroupRules(limits, granted, mounts, files, name);
    rules.checkParent();
    rules.limits();
    rules.conf();
    rules.devices(mayFilterDevices);
    return rules.result();
  }

  private void checkParent() throws LimitException {
    if (limits.parent().isPresent() && writes.isEmpty()) {
      throw LimitException.notEnforceable(
          "--cgroup-parent",
          places.values().stream()
              .flatMap(place -> place.obstacle().stream())
              .findFirst()
              .orElse("no cgroup hierarchy is mounted"));
    }
  }

  private void limits() throws LimitException {
    if (limits.processors().isPresent()) {
      Cpusets.check(
          place("--cpuset-cpus", "cpuset", "cpuset"), "cpus", limits.processors().get(), files);
    }
    if (limits.memoryNodes().isPresent()) {
      Cpusets.check(
          place("--cpuset-mems", "cpuset", "cpuset"), "mems", limits.memoryNodes().get(), files);
    }
    Given given = Given.of(withDefaultPids(), files);
    for (LimitRow row : LimitRow.TABLE) {
      if (row.writes(1, given).isEmpty() && row.writes(2, given).isEmpty()) {
        continue;
      }
      CgroupPlace place = place(row.option(), row.controller(1), row.controller(2));
      int version = place.hierarchy().version();
      row.writes(version, given).forEach(write -> add(place, write, row.option()));
      if (row.option().equals("--memory")) {
        oomKills =
            Optional.of(
                version == 1
                    ? new OomKills(
                        directory(place), "memory.oom_control", "oom_kill", "memory.limit_in_bytes")
                    : new OomKills(directory(place), "memory.events", "oom_kill", "memory.max"));
      }
    }
  }

  private Limits withDefaultPids() {
    return limits.pids().isEmpty() && obstacle("pids", "pids").isEmpty()
        ? limits.withPids(Limits.DEFAULT_PIDS)
        : limits;
  }

  /** Why a controller cannot be had; empty if it can. */
  private Optional<String> obstacle(String version1, String version2) {
    Optional<Hierarchy> hierarchy = mounts.having(version1, version2, files);
    if (hierarchy.isEmpty()) {
      return Optional.of(CgroupMounts.without(version2));
    }
    CgroupPlace place = found(hierarchy.get());
    return hierarchy.get().version() == 1 ? place.obstacle() : place.obstacle(version2, files);
  }

  /** The place in the hierarchy that has a controller, where its files will be. */
  private CgroupPlace place(String option, String version1, String version2) throws LimitException {
    Optional<String> obstacle = obstacle(version1, version2);
    if (obstacle.isPresent()) {
      throw LimitException.notEnforceable(option, obstacle.get());
    }
    CgroupPlace place = found(mounts.having(version1, version2, files).orElseThrow());
    if (place.hierarchy().version() == 2) {
      handDown(place, version2, option);
    }
    return place;
  }

  private CgroupPlace found(Hierarchy hierarchy) {
    CgroupPlace place = places.get(hierarchy);
    if (place == null) {
      throw new IllegalStateException("no place in " + hierarchy);
    }
    return place;
  }

  private void handDown(CgroupPlace place, String controller, String option) {
    List<CgroupAction> all = writesTo(place);
    for (CgroupWrite write : place.handDown(controller, option, files)) {
      boolean isPlanned =
          all.stream()
              .anyMatch(
                  action ->
                      action instanceof CgroupWrite planned
                          && planned.directory().equals(write.directory())
                          && planned.choices().equals(write.choices()));
      if (!isPlanned) {
        all.add(write);
      }
    }
  }

  private List<CgroupAction> writesTo(CgroupPlace place) {
    return writes.computeIfAbsent(place, unused -> new ArrayList<>());
  }

  private void add(CgroupPlace place, Assignment write, String reason) {
    writesTo(place)
        .add(new CgroupWrite(directory(place), write.choices(), write.tolerated(), reason));
  }

  private String directory(CgroupPlace place) {
    return place.hierarchy().directory(Hierarchy.child(place.parent(), name));
  }

  /** Files by their own names, for what has no option. */
  private void conf() throws LimitException {
    for (Map.Entry<String, String> entry : limits.conf().entrySet()) {
      String file = entry.getKey();
      String controller = file.substring(0, file.indexOf('.'));
      CgroupPlace place = place("--cgroup-conf", controller, controller);
      ImmutableList<Choice> choices = ImmutableList.of(new Choice(file, entry.getValue()));
      add(place, new Assignment(choices, Tolerated.NOTHING), "--cgroup-conf");
    }
  }

  private void devices(boolean mayFilter) throws LimitException {
    if (limits.devices().contains(DeviceRule.ALL) || granted.contains(DeviceRule.ALL)) {
      return;
    }
    Optional<CgroupPlace> place = mounts.version1("devices").or(mounts::version2).map(this::found);
    Optional<String> obstacle =
        !mayFilter
            ? Optional.of(
                "in a user namespace the kernel has no list of devices, for nobody can make their"
                    + " nodes there; start jrun as root")
            : place.isEmpty()
                ? Optional.of("no cgroup hierarchy that could filter devices is mounted")
                : place.get().obstacle();
    if (obstacle.isPresent()) {
      if (!limits.devices().isEmpty()) {
        throw LimitException.notEnforceable(RULE_OPTION, obstacle.get());
      }
      // All access to a device is what there is without a list, less is not.
      if (!granted.stream().allMatch(DeviceRule::allowsEveryAccess)) {
        throw LimitException.notEnforceable(DEVICE_OPTION, obstacle.get());
      }
      return;
    }
    ImmutableList<DeviceRule> rules =
        DeviceRule.merged(
            ImmutableList.<DeviceRule>builder()
                .addAll(DeviceRule.DEFAULTS)
                .addAll(limits.devices())
                .addAll(granted)
                .build());
    if (place.get().hierarchy().version() == 1) {
      deviceLists(place.get(), rules);
    } else {
      writesTo(place.get())
          .add(
              new CgroupAction.Filter(
                  directory(place.get()), DeviceProgram.assemble(rules), rules));
    }
  }

  /** cgroup-v1/devices.rst: what is allowed cannot be more than the parent allows. */
  private void deviceLists(CgroupPlace place, ImmutableList<DeviceRule> rules) {
    Choice denyAll = new Choice("devices.deny", "a");
    add(place, new Assignment(ImmutableList.of(denyAll), Tolerated.NOTHING), RULE_OPTION);
    for (DeviceRule rule : rules) {
      Choice allow = new Choice("devices.allow", rule.toString());
      add(
          place,
          new Assignment(
              ImmutableList.of(allow),
              DeviceRule.DEFAULTS.contains(rule) ? Tolerated.FORBIDDEN : Tolerated.NOTHING),
          granted.contains(rule) ? DEVICE_OPTION : RULE_OPTION);
    }
  }

  private ContainerCgroups result() throws LimitException {
    ImmutableList.Builder<CgroupAction> actions = ImmutableList.builder();
    for (Map.Entry<CgroupPlace, List<CgroupAction>> entry : writes.entrySet()) {
      CgroupPlace place = entry.getKey();
      Hierarchy hierarchy = place.hierarchy();
      actions.add(
          new CgroupAction.Make(
              hierarchy.version(), hierarchy.mountPoint(), Hierarchy.child(place.parent(), name)));
      if (hierarchy.controllers().contains("cpuset")) {
        actions.addAll(Cpusets.fill(place, directory(place), files));
      }
      actions.addAll(entry.getValue());
    }
    return new ContainerCgroups(actions.build(), oomKills, limitsTheStart());
  }

  /**
   * Until its program begins the process makes no other and opens no device. What is neither asked
   * for nor a cgroup's elsewhere limits it outside already, for a cgroup of version 1 is made below
   * our own.
   */
  private boolean limitsTheStart() {
    return limits.parent().isPresent()
        || writes.values().stream()
            .flatMap(List::stream)
            .filter(CgroupWrite.class::isInstance)
            .flatMap(action -> ((CgroupWrite) action).choices().stream())
            .anyMatch(
                choice ->
                    !choice.file().startsWith("pids.") && !choice.file().startsWith("devices."));
  }
}
