package io.jrootfs.builder.feature;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Iterables;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.sysroot.SysrootTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Features that consist of data alone. */
final class DataFeatures {
  /** One file with all authorities, where the distributions put it. */
  private static final ImmutableList<String> CA_BUNDLES =
      ImmutableList.of(
          // Debian, Arch, Gentoo
          "/etc/ssl/certs/ca-certificates.crt",
          // Fedora, RHEL
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "/etc/pki/tls/certs/ca-bundle.crt",
          // openSUSE
          "/etc/ssl/ca-bundle.pem",
          // Alpine
          "/etc/ssl/cert.pem");

  /** What leads OpenSSL there, and one file an authority by the hash of its name. */
  private static final ImmutableList<String> CA_TREES =
      ImmutableList.of(
          "/etc/ssl/certs",
          "/etc/ssl/openssl.cnf",
          "/usr/lib/ssl/cert.pem",
          "/usr/lib/ssl/certs",
          "/usr/lib/ssl/openssl.cnf",
          "/etc/pki/tls/cert.pem",
          "/etc/pki/tls/openssl.cnf");

  private static final String ZONES = "/usr/share/zoneinfo";
  private static final String LOCALES = "/usr/lib/locale";
  private static final String LOCALE_ARCHIVE = LOCALES + "/locale-archive";

  /** ncurses looks here, in this order on Debian; others have fewer of them. */
  private static final ImmutableList<String> TERMINFO =
      ImmutableList.of(
          "/etc/terminfo", "/lib/terminfo", "/usr/lib/terminfo", "/usr/share/terminfo");

  private final Sysroot sysroot;
  private final SysrootTrees trees;

  DataFeatures(Sysroot sysroot) {
    this.sysroot = sysroot;
    this.trees = new SysrootTrees(sysroot);
  }

  FeatureFiles caCertificates(FeatureRequest request) throws IOException, MissingFeatureException {
    Set<SysrootPath> bundles = trees.present(CA_BUNDLES);
    if (bundles.isEmpty()) {
      throw missing(
          request,
          "none of " + String.join(", ", CA_BUNDLES) + " is there; install ca-certificates");
    }
    Set<SysrootPath> files = trees.trees(CA_TREES);
    files.addAll(bundles);
    return FeatureFiles.ofFiles(request, files);
  }

  FeatureFiles timeZones(FeatureRequest request) throws IOException, MissingFeatureException {
    String zone = request.argument().orElse("");
    String file = zone.isEmpty() ? ZONES : ZONES + "/" + zone;
    Optional<Resolution> found = trees.find(file).filter(it -> it.isDirectory() == zone.isEmpty());
    if (found.isEmpty()) {
      throw missing(
          request,
          file + " is no " + (zone.isEmpty() ? "directory" : "time zone") + "; install tzdata");
    }
    if (zone.isEmpty()) {
      Set<SysrootPath> files = trees.trees(ImmutableList.of(ZONES));
      files.addAll(trees.present(ImmutableList.of("/etc/localtime", "/etc/timezone")));
      return FeatureFiles.ofFiles(request, files);
    }
    RootfsEntry localTime =
        new RootfsEntry.Symlink(
            RootfsPath.of("/etc/localtime"), Metadata.ofMode(0777), ".." + file);
    return new FeatureFiles(
        request,
        ImmutableList.of(),
        ImmutableSortedSet.copyOf(trees.present(ImmutableList.of(file, ZONES + "/UTC"))),
        ImmutableList.of(localTime));
  }

  FeatureFiles locales(FeatureRequest request) throws IOException, MissingFeatureException {
    ImmutableList<String> aliases = ImmutableList.of("/usr/share/locale/locale.alias");
    if (request.argument().isEmpty()) {
      if (trees.names(LOCALES).isEmpty()) {
        throw missing(request, LOCALES + " holds nothing; install libc-bin or locales");
      }
      return FeatureFiles.ofFiles(
          request, trees.trees(Iterables.concat(ImmutableList.of(LOCALES), aliases)));
    }
    String wanted = normalized(request.argument().get());
    ImmutableList.Builder<String> files = ImmutableList.<String>builder().addAll(aliases);
    Optional<String> directory =
        trees.names(LOCALES).stream().filter(name -> normalized(name).equals(wanted)).findFirst();
    if (directory.isPresent()) {
      files.add(LOCALES + "/" + directory.get());
    } else if (isInArchive(wanted)) {
      files.add(LOCALE_ARCHIVE);
    } else {
      throw missing(
          request,
          "neither a directory of "
              + LOCALES
              + " nor "
              + LOCALE_ARCHIVE
              + " holds it; localedef(1)"
              + " or locale-gen(8) makes it");
    }
    return FeatureFiles.ofFiles(request, trees.trees(files.build()));
  }

  /** As glibc compares: of a character set only letters and digits count (locale/findlocale.c). */
  private static String normalized(String locale) {
    int dot = locale.indexOf('.');
    if (dot < 0) {
      return locale;
    }
    int at = locale.indexOf('@', dot);
    int end = at < 0 ? locale.length() : at;
    String codeset =
        CharMatcher.inRange('a', 'z')
            .or(CharMatcher.inRange('0', '9'))
            .retainFrom(Ascii.toLowerCase(locale.substring(dot + 1, end)));
    return locale.substring(0, dot) + "." + codeset + locale.substring(end);
  }

  /** The archive's table of names is text that ends in NUL (locale/locarchive.h). */
  private boolean isInArchive(String normalized) throws IOException {
    Optional<Resolution> archive = trees.find(LOCALE_ARCHIVE).filter(Resolution::isRegularFile);
    if (archive.isEmpty()) {
      return false;
    }
    // Latin-1 keeps every byte; an archive is a few megabytes, or some hundred with everything.
    String text = Files.readString(sysroot.file(archive.get().path()), StandardCharsets.ISO_8859_1);
    return text.contains("\0" + normalized + "\0");
  }

  FeatureFiles terminfo(FeatureRequest request) throws IOException, MissingFeatureException {
    String terminal = request.argument().orElse("");
    Set<SysrootPath> files = new TreeSet<>();
    for (String database : TERMINFO) {
      if (terminal.isEmpty()) {
        files.addAll(trees.trees(ImmutableList.of(database)));
      } else {
        // Databases made for file systems that ignore case name the directory by the code.
        files.addAll(
            trees.present(
                ImmutableList.of(
                    database + "/" + terminal.charAt(0) + "/" + terminal,
                    String.format("%s/%02x/%s", database, (int) terminal.charAt(0), terminal))));
      }
    }
    if (files.isEmpty()) {
      throw missing(
          request,
          (terminal.isEmpty() ? "none of " : "it is in none of ")
              + String.join(", ", TERMINFO)
              + "; install ncurses-base or ncurses-term");
    }
    return FeatureFiles.ofFiles(request, files);
  }

  private MissingFeatureException missing(FeatureRequest request, String reason) {
    return new MissingFeatureException(
        request, sysroot.isHost() ? reason : reason + " in " + sysroot.directory());
  }
}
