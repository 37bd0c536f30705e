package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.feature.FeatureRequest;
import java.util.Optional;

/**
 * Features of a base system, which has them as packages: files of another system beside them would
 * be neither's.
 */
public final class FeaturePackages {
  private FeaturePackages() {}

  /**
   * The request with its features among the packages of its base.
   *
   * @throws UnbuildableRecipeException if no package is the feature, or none in every release
   */
  public static RootfsRequest onBase(RootfsRequest request) throws UnbuildableRecipeException {
    if (request.features().isEmpty()
        || !(request.base().orElse(null) instanceof BaseRequest.OfPackages packaged)) {
      return request;
    }
    BootstrapRequest base = packaged.system();
    ImmutableList.Builder<String> packages = ImmutableList.<String>builder().addAll(base.include());
    for (FeatureRequest feature : request.features()) {
      packages.addAll(packages(feature));
    }
    return new RootfsRequest(
        Optional.of(new BaseRequest.OfPackages(base.withPackages(packages.build()))),
        request.programs(),
        request.copies(),
        ImmutableList.of(),
        request.additions(),
        request.image(),
        request.sourceDateEpoch(),
        request.name(),
        request.output());
  }

  private static ImmutableList<String> packages(FeatureRequest feature)
      throws UnbuildableRecipeException {
    boolean isNamed = feature.argument().isPresent();
    return switch (feature.feature()) {
      // The C library's own package has what files and DNS take.
      case NSS -> ImmutableList.of();
      case CA_CERTIFICATES -> ImmutableList.of("ca-certificates");
      case TZDATA -> {
        if (isNamed) {
          throw new UnbuildableRecipeException(
              "the time zone of a base system is not chosen by --with "
                  + feature
                  + "; use --with tzdata and set the variable TZ, as in -e TZ="
                  + feature.argument().get());
        }
        yield ImmutableList.of("tzdata");
      }
      case LOCALE ->
          isNamed && !feature.argument().get().startsWith("C.")
              ? ImmutableList.of("locales-all")
              : ImmutableList.of();
      case TERMINFO -> ImmutableList.of(isNamed ? "ncurses-term" : "ncurses-base");
      case PAM -> ImmutableList.of("libpam-modules");
      case LIBGCC -> ImmutableList.of("libgcc-s1");
      case GCONV ->
          throw new UnbuildableRecipeException(
              "which package of a base system has the feature 'gconv' differs between releases;"
                  + " name it with --include, if libc6 is not enough");
    };
  }
}
