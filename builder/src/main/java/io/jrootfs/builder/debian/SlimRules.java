package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.regex.Pattern;

/**
 * Leaves out what only people read: manuals, documentation, translations. Licenses stay, for they
 * must go where the programs go.
 */
final class SlimRules {
  /**
   * The directories of manual pages stay: packages that register alternatives fail without them. In
   * /usr/share/doc, a link leads to the copyright of another package.
   */
  private static final Pattern REMOVED =
      Pattern.compile(
          "/usr/share/doc/[^/]+/(?!copyright$).*"
              + "|/usr/share/man/(?!man[0-9]$|man[0-9]/).*"
              + "|/usr/share/man/man[0-9]/.*"
              + "|/usr/share/(info|linda|lintian/overrides|groff)/.*"
              + "|/usr/share/locale/(?!locale\\.alias$).*"
              + "|/usr/share/gnome/help/[^/]+/(?!C$|C/).*"
              + "|/usr/share/omf/[^/]+/.*-(?!C\\.emf$)[^/]*\\.emf");

  private static final RootfsPath CONFIGURATION = RootfsPath.of("/etc/dpkg/dpkg.cfg.d/slim");

  /** See dpkg(1), --path-exclude. */
  private static final String RULES =
      """
      # This system was made without what only people read. Remove this file to get it
      # with packages that are installed from now on.
      path-exclude /usr/share/doc/*
      path-include /usr/share/doc/*/copyright
      path-exclude /usr/share/man/*
      path-exclude /usr/share/info/*
      path-exclude /usr/share/linda/*
      path-exclude /usr/share/lintian/overrides/*
      path-exclude /usr/share/groff/*
      path-exclude /usr/share/locale/*
      path-include /usr/share/locale/locale.alias
      """;

  private SlimRules() {}

  /**
   * The tree without all that, and with dpkg told so.
   *
   * @param sourceDate the date of that file: seconds since the epoch
   */
  static Rootfs apply(Rootfs system, long sourceDate) {
    Rootfs slim = system.without(path -> REMOVED.matcher(path.value()).matches());
    if (slim.get(CONFIGURATION.parent()).isEmpty()) {
      return slim;
    }
    return Rootfs.of(
        ImmutableList.<RootfsEntry>builder()
            .addAll(slim.without(CONFIGURATION::equals).all())
            .add(
                new RootfsEntry.RegularFile(
                    CONFIGURATION,
                    Metadata.ofMode(0644).withMtime(sourceDate),
                    new FileContent.Literal(Bytes.ofUtf8(RULES))))
            .build());
  }
}
