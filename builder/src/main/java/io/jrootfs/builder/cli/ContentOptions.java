package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.feature.Feature;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Function;
import picocli.CommandLine.ParameterException;

/** What goes into an image. What reads the words takes what makes the exception for a message. */
final class ContentOptions {
  private final ImmutableList<String> programs;
  private final ImmutableList<String> copies;
  private final ImmutableList<String> features;

  ContentOptions(Options given) {
    this.programs = given.values("--add");
    this.copies = given.values("--copy");
    this.features = given.values("--with");
  }

  static OptionGroup declare() {
    return group(
        "%nContents:%n",
        list(
                "NAME",
                "Programs, by name (looked up in PATH) or by path, each with its interpreter, shared"
                    + " objects and the links that lead to them.",
                "--add")
            .splitRegex(","),
        list(
            "SRC[:DEST]",
            "A file or tree, as it is: modes, owners, links, extended attributes. DEST is its path"
                + " in the image, by default the path it has here.",
            "--copy"),
        list(
                "FEATURE",
                "What programs open while they run: nss, ca-certificates, tzdata[:ZONE],"
                    + " locale[:NAME], gconv, terminfo[:TERM], pam, libgcc. A base system gets the"
                    + " package that has it.",
                "--with")
            .splitRegex(",")
            .completionCandidates(new FeatureWords()));
  }

  boolean isEmpty() {
    return programs.isEmpty() && copies.isEmpty() && features.isEmpty();
  }

  ImmutableList<String> programs(Function<String, ParameterException> usage) {
    if (programs.contains("")) {
      throw usage.apply("--add names a program that is empty; it is NAME[,NAME...]");
    }
    return programs;
  }

  ImmutableList<RootfsRequest.Copy> copies(Function<String, ParameterException> usage) {
    ImmutableList.Builder<RootfsRequest.Copy> parsed = ImmutableList.builder();
    for (String copy : copies) {
      parsed.add(CopyArgument.parse(copy, usage));
    }
    return parsed.build();
  }

  ImmutableList<FeatureRequest> features(Function<String, ParameterException> usage) {
    ImmutableList.Builder<FeatureRequest> parsed = ImmutableList.builder();
    for (String feature : features) {
      try {
        parsed.add(FeatureRequest.parse(feature));
      } catch (FeatureRequest.InvalidException e) {
        throw usage.apply("--with: " + e.getMessage());
      }
    }
    return parsed.build();
  }

  /** What {@code --with} can bring. */
  private static final class FeatureWords implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Feature.values()).map(Feature::word).iterator();
    }
  }
}
