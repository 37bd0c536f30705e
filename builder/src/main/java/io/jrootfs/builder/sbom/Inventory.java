package io.jrootfs.builder.sbom;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.dpkg.DpkgPackage;
import io.jrootfs.builder.dpkg.OsRelease;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is in an image, as every format tells it.
 *
 * @param subject the image
 * @param tool what made the inventory, and in which version
 * @param created when; a date of the request, not of the clock
 * @param distribution what the image is a system of, if it says
 * @param packages in order, each once
 * @param files every regular file by the first of its names, in path order
 * @param needs which file needs which before its first instruction
 */
public record Inventory(
    Subject subject,
    Tool tool,
    Instant created,
    Optional<OsRelease> distribution,
    ImmutableSortedSet<Component> packages,
    ImmutableList<Content> files,
    ImmutableSortedSet<Need> needs) {

  /**
   * What the inventory is of.
   *
   * @param name of the image
   * @param digest by which a registry would know it; of what is no image, one of its files' names
   *     and contents
   * @param purl the package URL of an image; empty for what is none
   */
  public record Subject(String name, String digest, String purl) {}

  /** The files of each package that has some. */
  Map<Component, List<Content>> filesByOwner() {
    return files.stream()
        .filter(file -> file.owner().isPresent())
        .collect(Collectors.groupingBy(file -> file.owner().orElseThrow()));
  }

  /** A program in a version. */
  public record Tool(String name, String version) {}

  /**
   * A package.
   *
   * @param dpkg what dpkg says of it
   * @param purl its package URL
   */
  public record Component(DpkgPackage dpkg, String purl) implements Comparable<Component> {
    private static final Comparator<Component> ORDER =
        Comparator.comparing(Component::dpkg)
            .thenComparing(it -> it.dpkg().version())
            .thenComparing(Component::purl);

    @Override
    public int compareTo(Component other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A file.
   *
   * @param sha1 in hexadecimal, as sha256
   * @param owner the package it is from, if it is from one
   */
  public record Content(RootfsPath path, String sha1, String sha256, Optional<Component> owner) {}

  /** One file needs another. */
  public record Need(RootfsPath from, RootfsPath to) implements Comparable<Need> {
    @Override
    public int compareTo(Need other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }
}
