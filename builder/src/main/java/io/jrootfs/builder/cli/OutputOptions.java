package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.file;
import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import io.jrootfs.builder.CommitTime;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.RootfsRequest.Format;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.SourceDate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Where and how an image is written. */
final class OutputOptions {
  private static final EnumConverter<Format> FORMATS =
      new EnumConverter<>(Format.values()) {
        @Override
        String word(Format format) {
          return format == Format.DIRECTORY ? "dir" : super.word(format);
        }
      };

  private static final EnumConverter<Compression> COMPRESSIONS =
      new EnumConverter<>(Compression.values());

  private static final EnumConverter<Layers> LAYERS = new EnumConverter<>(Layers.values());

  private final @Nullable Path path;
  private final Optional<String> name;
  private final Optional<Format> format;
  private final boolean printDigest;
  private final Optional<Compression> compression;
  private final @Nullable Layers layers;
  private final @Nullable String sourceDateEpoch;

  OutputOptions(Options given) {
    this.path = given.value("--output", Path.class).orElse(null);
    this.name = given.value("--name");
    this.format = given.value("--format", Format.class);
    this.printDigest = given.isOn("--print-digest");
    this.compression = given.value("--compress", Compression.class);
    this.layers = given.value("--layers", Layers.class).orElse(null);
    this.sourceDateEpoch = given.value("--source-date-epoch").orElse(null);
  }

  static OptionGroup declare() {
    return group(
        "%nOutput:%n",
        file(
            "FILE",
            "Where to write. Default: image.tar; a directory must be named.",
            "-o",
            "--output"),
        text(
            "REF",
            "The image's name, [REGISTRY/]NAME[:TAG]. Default: localhost/PROGRAM:latest.",
            "-t",
            "--name"),
        FORMATS.takenBy(
            Options.of(
                Format.class,
                "FORMAT",
                "hybrid: OCI layout and docker archive in one tar. oci, docker: one of the two"
                    + " alone. rootfs: a plain tar of the tree. dir: the tree itself. Default:"
                    + " hybrid.",
                "--format")),
        flag(
            "Print the digest of the image's manifest, by which a registry knows it.",
            "--print-digest"),
        COMPRESSIONS.takenBy(
            Options.of(
                Compression.class,
                "METHOD",
                "gzip, zstd or none; of an image's layer by default gzip, of a rootfs tar none.",
                "--compress")),
        LAYERS.takenBy(
            Options.of(
                Layers.class,
                "HOW",
                "single: everything in one layer. origin: a layer for each of the largest source"
                    + " packages and one for the rest, so that a changed image moves few bytes."
                    + " Default: single.",
                "--layers")),
        text(
            "SECONDS",
            "No file is dated later, and the image is dated so. Default: the environment variable"
                + " SOURCE_DATE_EPOCH, else 0.",
            "--source-date-epoch"));
  }

  /** How an image is split. */
  enum Layers {
    SINGLE,
    ORIGIN
  }

  /** The image's name, if one is given. */
  Optional<ImageReference> name() throws ImageReference.InvalidException {
    return name.isEmpty() ? Optional.empty() : Optional.of(ImageReference.parse(name.get()));
  }

  /**
   * Where and how to write.
   *
   * @param recipe says what the command line does not
   * @param usage makes the exception for a message
   */
  RootfsRequest.Output output(Optional<Recipe> recipe, Function<String, ParameterException> usage)
      throws IOException {
    Format chosen = format.isPresent() ? format.get() : formatOf(recipe);
    boolean directory = chosen == Format.DIRECTORY;
    if (directory && path == null) {
      throw usage.apply("--format dir needs -o DIR, the directory to make");
    }
    if (chosen.form().isEmpty() && name.isPresent()) {
      throw usage.apply("only an image has a name; -t goes with --format hybrid, oci and docker");
    }
    if (chosen.form().isEmpty() && printDigest) {
      throw usage.apply(
          "only an image has a digest; --print-digest goes with --format hybrid, oci and docker");
    }
    if (directory && compression.isPresent()) {
      throw usage.apply("a directory is not compressed; --compress goes with the other formats");
    }
    if (chosen.form().isEmpty() && layers != null) {
      throw usage.apply(
          "only an image has layers; --layers goes with --format hybrid, oci and docker");
    }
    Compression method =
        compression
            .or(() -> recipe.flatMap(it -> it.output().compression()))
            .orElse(chosen.form().isPresent() ? Compression.GZIP : Compression.NONE);
    Path file = path == null ? Path.of("image.tar") : path;
    if (file.equals(Path.of("-"))) {
      throw usage.apply("an image is a file, '-o -' is none; './-' is the file of that name");
    }
    return new RootfsRequest.Output(
        file, chosen, method, directory && isRoot(), chosen.form().isPresent() ? most(recipe) : 1);
  }

  /** The option's word is the whole of it, but for how many the recipe wants if it wants many. */
  private int most(Optional<Recipe> recipe) {
    int ofRecipe = recipe.flatMap(it -> it.output().mostLayers()).orElse(1);
    if (layers == null) {
      return ofRecipe;
    }
    if (layers == Layers.SINGLE) {
      return 1;
    }
    return ofRecipe > 1 ? ofRecipe : Recipe.DEFAULT_LAYERS;
  }

  private static Format formatOf(Optional<Recipe> recipe) {
    Optional<String> word = recipe.flatMap(it -> it.output().format());
    return word.isPresent() ? FORMATS.convert(word.get()) : Format.HYBRID;
  }

  boolean isPrintingDigest() {
    return printDigest;
  }

  /** /proc/self belongs to the effective user. */
  static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /**
   * What dates the image: the option, else the recipe, else the environment.
   *
   * @param usage makes the exception for a message
   */
  long sourceDateEpoch(
      Optional<Recipe> recipe,
      ImmutableMap<String, String> environment,
      Function<String, ParameterException> usage)
      throws IOException {
    SourceDate wanted = recipe.flatMap(Recipe::sourceDate).orElse(null);
    if (sourceDateEpoch == null && wanted instanceof SourceDate.Fixed fixed) {
      return fixed.seconds();
    }
    if (sourceDateEpoch == null && wanted instanceof SourceDate.OfCommit) {
      return CommitTime.of(recipe.orElseThrow().directory());
    }
    String origin = "--source-date-epoch";
    String given = sourceDateEpoch;
    if (given == null) {
      origin = "SOURCE_DATE_EPOCH";
      given = environment.get(origin);
      // As a shell's ${SOURCE_DATE_EPOCH:-} has it: a variable can be emptied more easily than
      // unset.
      given = given == null || given.isEmpty() ? null : given;
    }
    if (given == null && wanted instanceof SourceDate.OfEnvironment) {
      throw usage.apply("the recipe takes its date from SOURCE_DATE_EPOCH, which is not set");
    }
    if (given == null) {
      return 0;
    }
    Long seconds = Longs.tryParse(given);
    // The last second of a four-digit year: what ISO dates in image configurations can say.
    if (seconds == null || seconds < 0 || seconds > 253402300799L) {
      throw usage.apply(
          origin + " is '" + given + "', not a number of seconds from 0 to 253402300799");
    }
    return seconds;
  }
}
