package io.jrootfs.builder.inspect;

import io.jrootfs.builder.image.ImageDocuments;
import io.jrootfs.builder.rootfs.KindName;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsListing;
import java.util.Locale;

/** An image as one page that needs nothing else: no script, nothing from a network. */
public final class InspectionHtml {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em }
      table { border-collapse: collapse; width: 100% }
      td { border-top: 1px solid #ccc; padding: .2em .6em .2em 0; vertical-align: top; overflow-wrap: anywhere }
      td:first-child { white-space: nowrap }
      details { margin-left: 1.2em }
      summary, .entry { font-family: ui-monospace, monospace; font-size: 13px }
      .entry { margin-left: 2.4em }
      .bar { background: #47a; display: inline-block; height: .6em; margin-left: .6em }
      @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } }
      </style>
      """;

  /** Of the widest bar, in em. */
  private static final double BAR = 12;

  private final Html page = new Html();
  private final ImageContents contents;

  private InspectionHtml(ImageContents contents) {
    this.contents = contents;
  }

  /** The page. */
  public static String of(ImageContents contents) {
    InspectionHtml html = new InspectionHtml(contents);
    html.head();
    html.configuration();
    html.layers();
    html.files();
    html.packages();
    return html.page.raw("</body>\n</html>\n").toString();
  }

  private void head() {
    String title = String.valueOf(contents.source().getFileName());
    page.raw(HEAD).raw("<title>").text(title).raw("</title>\n</head>\n<body>\n");
    page.raw("<h1>").text(title).raw("</h1>\n");
    if (contents.documents().isEmpty()) {
      page.raw("<p>A root filesystem without an image configuration.</p>\n");
      return;
    }
    ImageDocuments documents = contents.documents().get();
    page.raw("<table>\n");
    documents.names().forEach(name -> page.row("Name", name));
    page.row("Image ID", documents.config().digest().toString());
    documents.manifest().ifPresent(it -> page.row("Manifest", it.digest().toString()));
    contents
        .details()
        .filter(details -> !details.created().isEmpty())
        .ifPresent(details -> page.row("Created", details.created()));
    page.raw("</table>\n");
  }

  private void configuration() {
    if (contents.details().isPresent()) {
      page.raw("<h2>Configuration</h2>\n<table>\n");
      contents.details().get().properties().forEach((name, value) -> page.row(name, value));
      page.raw("</table>\n");
    }
  }

  private void layers() {
    if (!contents.layers().isEmpty()) {
      page.raw("<h2>Layers, lowest first</h2>\n<table>\n");
      for (LayerSummary layer : LayerSummary.of(contents)) {
        page.row(
            HumanSize.of(layer.storedSize()),
            HumanSize.of(layer.tarSize()) + " as a tar",
            layer.layer().blob().digest().toString(),
            layer.createdBy());
      }
      page.raw("</table>\n");
    }
  }

  private void files() {
    DirectoryNode root = DirectoryNode.rootOf(contents.rootfs());
    page.raw("<h2>Files</h2>\n");
    directory(root, Math.max(1, root.size()));
  }

  private void directory(DirectoryNode node, long total) {
    page.raw(node.path().isRoot() ? "<details open=\"open\">" : "<details>");
    page.raw("<summary>")
        .text(node.path().isRoot() ? "/" : node.path().fileName() + "/")
        .text(" " + HumanSize.of(node.size()))
        .raw(
            String.format(
                Locale.ROOT,
                "<span class=\"bar\" style=\"width:%.2fem\"></span></summary>\n",
                BAR * node.size() / total));
    node.directories().forEach(child -> directory(child, total));
    node.others().forEach(this::entry);
    page.raw("</details>\n");
  }

  private void entry(RootfsEntry entry) {
    String what =
        entry instanceof RootfsEntry.RegularFile file
            ? HumanSize.of(file.content().size())
            : entry.match(KindName.INSTANCE);
    page.raw("<div class=\"entry\">")
        .text(RootfsListing.permissions(entry.metadata().mode()))
        .text(" " + entry.metadata().uid() + ":" + entry.metadata().gid() + " ")
        .text(entry.path().fileName())
        .text(" " + what)
        .raw("</div>\n");
  }

  private void packages() {
    if (!contents.packages().isEmpty()) {
      page.raw("<h2>Packages</h2>\n<table>\n");
      contents.packages().forEach((name, version) -> page.row(name, version));
      page.raw("</table>\n");
    }
  }
}
