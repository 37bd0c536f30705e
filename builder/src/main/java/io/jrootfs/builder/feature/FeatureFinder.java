package io.jrootfs.builder.feature;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.RootfsSkeleton;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.sysroot.SysrootTrees;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** From features to files, for the programs that will use them. */
public final class FeatureFinder {
  /** What Debian and Fedora agree on; services of a whole system (systemd, sss) have no place. */
  private static final String NSSWITCH =
      """
      passwd: files
      group: files
      shadow: files
      hosts: files dns
      networks: files
      protocols: files
      services: files
      ethers: files
      rpc: files
      """;

  /** Part of libc.so.6 since glibc 2.34; before that these are opened. */
  private static final ImmutableList<String> NSS_LIBRARIES =
      ImmutableList.of("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2");

  private static final ImmutableList<String> NSS_DATA =
      ImmutableList.of("/etc/host.conf", "/etc/protocols", "/etc/services", "/etc/rpc");

  private static final ImmutableList<String> PAM_SETTINGS =
      ImmutableList.of(
          "/etc/pam.conf",
          "/etc/pam.d",
          "/etc/security/access.conf",
          "/etc/security/faillock.conf",
          "/etc/security/group.conf",
          "/etc/security/limits.conf",
          "/etc/security/limits.d",
          "/etc/security/pam_env.conf",
          "/etc/security/time.conf",
          "/etc/environment",
          "/etc/login.defs",
          "/etc/shells");

  /** Set-user-ID or set-group-ID, so that a program which may not read shadow(5) can ask it. */
  private static final ImmutableList<String> PAM_PROGRAMS =
      ImmutableList.of("/sbin/unix_chkpwd", "/usr/sbin/unix_chkpwd");

  private final Closure closure;
  private final SysrootTrees trees;
  private final DataFeatures data;

  /**
   * A finder for one image.
   *
   * @param closure what the image's programs load; its C library says where modules are
   * @param sysroot where files come from
   */
  public FeatureFinder(Closure closure, Sysroot sysroot) {
    this.closure = closure;
    this.trees = new SysrootTrees(sysroot);
    this.data = new DataFeatures(sysroot);
  }

  /**
   * What {@code request} brings.
   *
   * @throws MissingFeatureException if the sysroot has not got it
   * @throws IOException if the sysroot cannot be read
   */
  public FeatureFiles find(FeatureRequest request) throws IOException, MissingFeatureException {
    return switch (request.feature()) {
      case NSS -> nameServices(request);
      case CA_CERTIFICATES -> data.caCertificates(request);
      case TZDATA -> data.timeZones(request);
      case LOCALE -> data.locales(request);
      case GCONV -> conversions(request);
      case TERMINFO -> data.terminfo(request);
      case PAM -> authentication(request);
      case LIBGCC -> unwinder(request);
    };
  }

  private FeatureFiles nameServices(FeatureRequest request) throws IOException {
    ImmutableList.Builder<String> libraries = ImmutableList.builder();
    Optional<SysrootPath> directory = libraryDirectory();
    if (directory.isPresent()) {
      for (String name : NSS_LIBRARIES) {
        addIfPresent(directory.get().resolve(name), libraries);
      }
    }
    return new FeatureFiles(
        request,
        opened(libraries.build()),
        ImmutableSortedSet.copyOf(trees.present(NSS_DATA)),
        ImmutableList.of(text("/etc/nsswitch.conf", NSSWITCH)));
  }

  private FeatureFiles conversions(FeatureRequest request)
      throws IOException, MissingFeatureException {
    String modules = libraryDirectory(request).resolve("gconv").value();
    Set<SysrootPath> files = trees.trees(ImmutableList.of(modules));
    if (files.isEmpty()) {
      throw new MissingFeatureException(
          request, modules + " is not there; install the modules of the C library");
    }
    // With an RPATH that leads to their own directory, they need nothing that is not here.
    return FeatureFiles.ofFiles(request, files);
  }

  private FeatureFiles authentication(FeatureRequest request)
      throws IOException, MissingFeatureException {
    SysrootPath directory = libraryDirectory(request).resolve("security");
    ImmutableList.Builder<String> modules = ImmutableList.builder();
    for (String name : trees.names(directory.value())) {
      if (name.endsWith(".so")) {
        addIfPresent(directory.resolve(name), modules);
      }
    }
    if (modules.build().isEmpty()) {
      throw new MissingFeatureException(
          request, directory + " has no modules; install libpam-modules");
    }
    ImmutableList.Builder<String> programs = ImmutableList.builder();
    for (String program : PAM_PROGRAMS) {
      addIfPresent(SysrootPath.of(program), programs);
    }
    return new FeatureFiles(
        request,
        Stream.concat(
                opened(modules.build()).stream(),
                programs.build().stream().map(path -> new Program(path, SysrootPath.of(path))))
            .collect(ImmutableList.toImmutableList()),
        ImmutableSortedSet.copyOf(trees.trees(PAM_SETTINGS)),
        ImmutableList.of(RootfsSkeleton.defaultShadow()));
  }

  private static RootfsEntry text(String path, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path), Metadata.ofMode(0644), new FileContent.Literal(Bytes.ofUtf8(text)));
  }

  private FeatureFiles unwinder(FeatureRequest request) throws MissingFeatureException {
    ImmutableList<Program> programs = opened(ImmutableList.of("libgcc_s.so.1"));
    if (programs.isEmpty()) {
      throw noLibrary(request);
    }
    return new FeatureFiles(request, programs, ImmutableSortedSet.of(), ImmutableList.of());
  }

  /**
   * The loader as the one that opens {@code libraries}, since any program may be; nothing if no
   * program has a loader.
   */
  private ImmutableList<Program> opened(ImmutableList<String> libraries) {
    return Stream.concat(
            closure.edges().stream()
                .filter(edge -> edge.foundBy() instanceof FoundBy.ProgramInterpreter)
                .map(edge -> edge.to().requested()),
            // The loader of programs that are not in the sysroot, for what they need from there.
            closure.programs().stream()
                .filter(program -> !program.opens().isEmpty())
                .map(Program::path))
        .limit(1)
        .map(loader -> new Program(loader.value(), loader, libraries))
        .collect(ImmutableList.toImmutableList());
  }

  private void addIfPresent(SysrootPath path, ImmutableList.Builder<String> paths)
      throws IOException {
    if (trees.find(path).filter(Resolution::isRegularFile).isPresent()) {
      paths.add(path.value());
    }
  }

  private SysrootPath libraryDirectory(FeatureRequest request) throws MissingFeatureException {
    return libraryDirectory().orElseThrow(() -> noLibrary(request));
  }

  private static MissingFeatureException noLibrary(FeatureRequest request) {
    return new MissingFeatureException(
        request,
        "it is for programs with the GNU C library, and none is to be in the image; add one");
  }

  /** Modules are beside the C library that opens them. */
  private Optional<SysrootPath> libraryDirectory() {
    return closure.nodes().keySet().stream()
        .filter(path -> path.fileName().equals("libc.so.6"))
        .map(SysrootPath::parent)
        .findFirst();
  }
}
