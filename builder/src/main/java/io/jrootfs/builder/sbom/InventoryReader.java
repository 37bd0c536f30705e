package io.jrootfs.builder.sbom;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.dpkg.DpkgPackage;
import io.jrootfs.builder.dpkg.OsRelease;
import io.jrootfs.builder.dpkg.Ownership;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** From a tree, and what is known of its packages, to its {@link Inventory}. */
public final class InventoryReader {
  private final Rootfs rootfs;
  private final Map<RootfsPath, Inventory.Component> owners = new HashMap<>();

  /** By package URL: a package that two trees know is one package. */
  private final Map<String, Inventory.Component> packages = new HashMap<>();

  private InventoryReader(Rootfs rootfs) {
    this.rootfs = rootfs;
  }

  /**
   * What the inventory is to be of.
   *
   * @param name of the image
   * @param manifest its digest, if it is one
   * @param platform what it is for
   * @param created what dates it
   */
  public record Request(
      ImageReference name, Optional<Digest> manifest, Platform platform, Instant created) {}

  /**
   * Reads every file once.
   *
   * @param closure which files need which
   * @param ownerships what is known of packages; where several know a file, the first counts
   * @throws IOException if a file cannot be read
   */
  public static Inventory read(
      Request request,
      Inventory.Tool tool,
      Rootfs rootfs,
      Closure closure,
      ImmutableList<Ownership> ownerships)
      throws IOException {
    InventoryReader reader = new InventoryReader(rootfs);
    ownerships.forEach(reader::add);
    ImmutableList<Inventory.Content> files = reader.files();
    return new Inventory(
        subject(request, files),
        tool,
        request.created(),
        OsRelease.of(rootfs),
        ImmutableSortedSet.copyOf(reader.packages.values()),
        files,
        reader.needs(closure));
  }

  private static Inventory.Subject subject(
      Request request, ImmutableList<Inventory.Content> files) {
    if (request.manifest().isPresent()) {
      Digest manifest = request.manifest().get();
      return new Inventory.Subject(
          request.name().toString(),
          manifest.toString(),
          PackageUrl.of(request.name(), manifest, request.platform()));
    }
    StringBuilder list = new StringBuilder();
    files.forEach(file -> list.append(file.sha256()).append("  ").append(file.path()).append('\n'));
    return new Inventory.Subject(
        request.name().toString(),
        Digest.of(list.toString().getBytes(StandardCharsets.UTF_8)).toString(),
        "");
  }

  private void add(Ownership ownership) {
    Map<DpkgPackage, Inventory.Component> components = new TreeMap<>();
    for (DpkgPackage dpkg : ownership.packages()) {
      String purl = PackageUrl.of(dpkg, ownership.distribution());
      components.put(
          dpkg, packages.computeIfAbsent(purl, key -> new Inventory.Component(dpkg, key)));
    }
    ownership
        .owners()
        .forEach(
            (path, dpkg) ->
                Optional.ofNullable(components.get(dpkg))
                    .ifPresent(component -> owners.putIfAbsent(path, component)));
  }

  private ImmutableList<Inventory.Content> files() throws IOException {
    ImmutableList.Builder<Inventory.Content> files = ImmutableList.builder();
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file) {
        MessageDigest sha1 = digest("SHA-1");
        MessageDigest sha256 = digest("SHA-256");
        feed(file.content(), sha1, sha256);
        files.add(
            new Inventory.Content(
                file.path(),
                HexFormat.of().formatHex(sha1.digest()),
                HexFormat.of().formatHex(sha256.digest()),
                Optional.ofNullable(owners.get(file.path()))));
      }
    }
    return files.build();
  }

  private static void feed(FileContent content, MessageDigest first, MessageDigest second)
      throws IOException {
    byte[] buffer = new byte[64 << 10];
    try (InputStream in = content.open()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        first.update(buffer, 0, count);
        second.update(buffer, 0, count);
      }
    }
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  private ImmutableSortedSet<Inventory.Need> needs(Closure closure) {
    TreeSet<Inventory.Need> needs = new TreeSet<>();
    for (Closure.Edge edge : closure.edges()) {
      if (edge.from().isPresent()) {
        Optional<RootfsPath> from = file(edge.from().get());
        Optional<RootfsPath> to = file(edge.to().path());
        if (from.isPresent() && to.isPresent() && !from.equals(to)) {
          needs.add(new Inventory.Need(from.get(), to.get()));
        }
      }
    }
    return ImmutableSortedSet.copyOf(needs);
  }

  /** The first name of a file of the closure, which is in the rootfs where it was. */
  private Optional<RootfsPath> file(SysrootPath linkFree) {
    RootfsEntry entry = rootfs.get(RootfsPath.of(linkFree)).orElse(null);
    if (entry instanceof RootfsEntry.HardLink link) {
      return Optional.of(link.target());
    }
    return entry instanceof RootfsEntry.RegularFile ? Optional.of(entry.path()) : Optional.empty();
  }
}
