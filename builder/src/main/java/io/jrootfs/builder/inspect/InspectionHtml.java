package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageDocuments;
import io.jrootfs.builder.rootfs.KindName;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsListing;
import java.util.Locale;

/** An image as one page that needs nothing else: no script, nothing from a network. */
public final class InspectionHtml {
  /** Of the widest bar, in em. */
  private static final double BAR = 12;

  /** The colours of the treemap that need to be told. */
  private static final ImmutableList<String> KEYS =
      ImmutableList.of("program", "library", "script", "file", "directory", "rest");

  private final Html page = new Html();
  private final ImageContents contents;
  private final NeedsGraph graph;
  private final DirectoryNode root;

  private InspectionHtml(ImageContents contents, ImageNeeds needs) {
    this.contents = contents;
    this.graph = NeedsGraph.of(needs);
    this.root = DirectoryNode.rootOf(contents.rootfs());
  }

  /**
   * The page.
   *
   * @param needs of the same image
   */
  public static String of(ImageContents contents, ImageNeeds needs) {
    InspectionHtml html = new InspectionHtml(contents, needs);
    html.head();
    html.configuration();
    html.layers();
    html.sizes();
    new NeedsHtml(html.page, needs, html.graph).write();
    html.files();
    html.packages();
    return html.page.raw("</body>\n</html>\n").toString();
  }

  private void head() {
    String title = String.valueOf(contents.source().getFileName());
    page.raw(PageStyle.HEAD).raw("<title>").text(title).raw("</title>\n</head>\n<body>\n");
    page.raw("<h1>").text(title).raw("</h1>\n");
    page.raw("<nav>");
    link("layers", "Layers", !contents.layers().isEmpty());
    link("sizes", "Sizes", true);
    link("needs", "What needs what", true);
    link("files", "Files", true);
    link("packages", "Packages", !contents.packages().isEmpty());
    page.raw("</nav>\n");
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

  private void link(String target, String name, boolean isThere) {
    if (isThere) {
      page.raw("<a href=\"#" + target + "\">" + name + "</a>");
    }
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
      page.raw("<h2 id=\"layers\">Layers, lowest first</h2>\n<table class=\"layers\">\n")
          .headings("Stored", "As a tar", "Digest", "Made by");
      for (LayerSummary layer : LayerSummary.of(contents)) {
        page.row(
            HumanSize.of(layer.storedSize()),
            HumanSize.of(layer.tarSize()),
            layer.layer().blob().digest().toString(),
            layer.createdBy());
      }
      page.raw("</table>\n");
    }
  }

  private void sizes() {
    page.raw("<h2 id=\"sizes\">Sizes</h2>\n<p class=\"keys\">");
    if (root.size() == 0) {
      page.raw("No file has any content.</p>\n");
      return;
    }
    page.text(HumanSize.of(root.size()) + " in all files. ");
    for (String kind : KEYS) {
      page.raw("<span class=\"key " + kind + "\">" + kind + "</span>");
    }
    page.raw("</p>\n");
    TreemapSvg.draw(page, root, path -> graph.kind(path).map(NeedsTitles::styleOf).orElse("file"));
  }

  private void files() {
    page.raw("<h2 id=\"files\">Files</h2>\n");
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
      page.raw("<h2 id=\"packages\">Packages</h2>\n<table>\n").headings("Package", "Version");
      contents.packages().forEach((name, version) -> page.row(name, version));
      page.raw("</table>\n");
    }
  }
}
