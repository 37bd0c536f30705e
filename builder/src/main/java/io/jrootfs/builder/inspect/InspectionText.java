package io.jrootfs.builder.inspect;

import io.jrootfs.builder.image.ImageDocuments;
import io.jrootfs.builder.rootfs.Count;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsListing;
import io.jrootfs.builder.text.Printable;
import java.util.stream.Collectors;

/** An image described for people. */
public final class InspectionText {
  private final StringBuilder text = new StringBuilder();

  private InspectionText() {}

  /** Every line ends in a newline. */
  public static String of(ImageContents contents) {
    InspectionText inspection = new InspectionText();
    inspection.identity(contents);
    inspection.configuration(contents);
    inspection.layers(contents);
    inspection.content(ContentSummary.of(contents.rootfs()));
    inspection.packages(contents);
    return inspection.text.toString();
  }

  private void line(String line) {
    text.append(Printable.of(line)).append('\n');
  }

  private void identity(ImageContents contents) {
    line(contents.source().toString());
    if (contents.documents().isEmpty()) {
      line("  a root filesystem without an image configuration");
      return;
    }
    ImageDocuments documents = contents.documents().get();
    documents.names().forEach(name -> line("  Name: " + name));
    line("  Image ID: " + documents.config().digest());
    documents
        .manifest()
        .ifPresent(
            manifest -> line("  Manifest: " + manifest.digest() + " " + manifest.mediaType()));
    contents
        .details()
        .filter(details -> !details.created().isEmpty())
        .ifPresent(details -> line("  Created: " + details.created()));
  }

  private void configuration(ImageContents contents) {
    if (contents.details().isPresent()) {
      line("Configuration:");
      contents
          .details()
          .get()
          .properties()
          .forEach((name, value) -> line("  " + name + ": " + value));
    }
  }

  private void layers(ImageContents contents) {
    if (contents.layers().isEmpty()) {
      return;
    }
    line("Layers, lowest first:");
    for (LayerSummary layer : LayerSummary.of(contents)) {
      line(
          "  "
              + layer.layer().blob().digest()
              + ", "
              + HumanSize.of(layer.storedSize())
              + ", as a tar "
              + HumanSize.of(layer.tarSize())
              + (layer.createdBy().isEmpty() ? "" : ": " + layer.createdBy()));
    }
  }

  private void content(ContentSummary summary) {
    line(
        "Content: "
            + HumanSize.of(summary.size())
            + " in "
            + summary.kinds().entrySet().stream()
                .map(kind -> Count.of(kind.getValue(), singular(kind.getKey()), kind.getKey()))
                .collect(Collectors.joining(", ")));
    summary
        .largest()
        .forEach(file -> line("  " + HumanSize.of(file.content().size()) + " " + file.path()));
    if (!summary.privileged().isEmpty()) {
      line("Runs as somebody else, or with capabilities:");
      summary.privileged().forEach(file -> line("  " + privilege(file) + " " + file.path()));
    }
  }

  /** Of the plurals that kinds are told by. */
  private static String singular(String kinds) {
    return kinds.equals("directories")
        ? "directory"
        : kinds.substring(0, kinds.length() - "s".length());
  }

  private static String privilege(RootfsEntry.RegularFile file) {
    return RootfsListing.permissions(file.metadata().mode())
        + " "
        + file.metadata().uid()
        + ":"
        + file.metadata().gid();
  }

  private void packages(ImageContents contents) {
    if (!contents.packages().isEmpty()) {
      line("Packages: " + contents.packages().size());
      contents.packages().forEach((name, version) -> line("  " + name + " " + version));
    }
  }
}
