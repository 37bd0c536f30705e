package io.jrootfs.builder.sbom;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which package needs which, because a file of the one needs a file of the other. */
final class PackageNeeds {
  private PackageNeeds() {}

  /** What each package needs that needs any, in order. */
  static SortedMap<Inventory.Component, Set<Inventory.Component>> of(Inventory inventory) {
    Map<Object, Inventory.Component> owners = new HashMap<>();
    for (Inventory.Content file : inventory.files()) {
      file.owner().ifPresent(owner -> owners.put(file.path(), owner));
    }
    SortedMap<Inventory.Component, Set<Inventory.Component>> needs = new TreeMap<>();
    for (Inventory.Need need : inventory.needs()) {
      Inventory.Component from = owners.get(need.from());
      Inventory.Component to = owners.get(need.to());
      if (from != null && to != null && !from.equals(to)) {
        needs.computeIfAbsent(from, key -> new TreeSet<>()).add(to);
      }
    }
    return needs;
  }
}
