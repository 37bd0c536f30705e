package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.ImageSettings;
import io.jrootfs.builder.image.Signal;
import java.util.Optional;

/** Reads {@code image}. */
final class ImageFields {
  private ImageFields() {}

  /**
   * The settings.
   *
   * @param runAs who runs the command unless {@code user} says otherwise
   */
  static ImageSettings read(Optional<RecipeNode> node, Optional<String> runAs)
      throws RecipeException {
    if (node.isEmpty()) {
      return withUser(ImageSettings.none(), runAs);
    }
    Fields image =
        Fields.of(
            node.get(),
            "image",
            ImmutableList.of(
                "entrypoint",
                "cmd",
                "env",
                "user",
                "workdir",
                "labels",
                "expose",
                "volumes",
                "stop-signal",
                "annotations"));
    checkNames(image);
    checkPorts(image);
    checkSignal(image);
    ImageSettings settings =
        new ImageSettings(
            command(image, "entrypoint"),
            command(image, "cmd"),
            image.textsByKey("env"),
            image.text("user"),
            image.path("workdir").map(Object::toString),
            ImmutableSortedMap.copyOf(image.textsByKey("labels")),
            ImmutableSortedSet.copyOf(image.texts("expose")),
            volumes(image),
            image.text("stop-signal"),
            ImmutableSortedMap.copyOf(image.textsByKey("annotations")));
    return withUser(ImageSettings.none(), runAs).overriddenBy(settings);
  }

  private static ImageSettings withUser(ImageSettings none, Optional<String> user) {
    return new ImageSettings(
        none.entrypoint(),
        none.cmd(),
        none.env(),
        user,
        none.workingDir(),
        none.labels(),
        none.exposedPorts(),
        none.volumes(),
        none.stopSignal(),
        none.annotations());
  }

  private static Optional<ImmutableList<String>> command(Fields image, String key)
      throws RecipeException {
    return image.has(key) ? Optional.of(image.texts(key)) : Optional.empty();
  }

  private static ImmutableSortedSet<String> volumes(Fields image) throws RecipeException {
    ImmutableSortedSet.Builder<String> volumes = ImmutableSortedSet.naturalOrder();
    for (RecipeNode volume : image.list("volumes")) {
      volumes.add(Fields.path(volume, "each of 'volumes'").value());
    }
    return volumes.build();
  }

  private static void checkNames(Fields image) throws RecipeException {
    Optional<RecipeNode> env = image.find("env");
    if (env.isPresent()) {
      for (RecipeNode.Entry entry : Fields.mapping(env.get(), "'env' of image").entries()) {
        if (entry.key().text().isEmpty() || entry.key().text().contains("=")) {
          throw new RecipeException(
              entry.key().mark(), "the name of an environment variable has no '='");
        }
      }
    }
  }

  private static void checkSignal(Fields image) throws RecipeException {
    Optional<RecipeNode> signal = image.find("stop-signal");
    if (signal.isPresent()) {
      String text = Fields.text(signal.get(), "'stop-signal' of image");
      if (Signal.parse(text).isEmpty()) {
        throw new RecipeException(
            signal.get().mark(),
            "'stop-signal' of image must be " + ImageSettings.SIGNALS + ", not '" + text + "'");
      }
    }
  }

  private static void checkPorts(Fields image) throws RecipeException {
    for (RecipeNode port : image.list("expose")) {
      String text = Fields.text(port, "each of 'expose'");
      if (!ImageSettings.isPort(text)) {
        throw new RecipeException(
            port.mark(),
            "each of 'expose' must be a port such as 80 or 53/udp, from 1 to 65535, not '"
                + text
                + "'");
      }
    }
  }
}
