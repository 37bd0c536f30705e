package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Finding;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.inspect.NeedsGraph.File;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The part of a page that says what needs what: what is wrong, a drawing, a table. */
final class NeedsHtml {
  /** What a drawing may have to be one that people read. */
  private static final int DRAWN = 60;

  private static final int ROWS = 2000;
  private static final int NAMES = 50;
  private static final int FINDINGS = 100;

  /** As many problems as do not push the drawing out of sight. */
  private static final int OPEN = 5;

  private final Html page;
  private final ImageNeeds needs;
  private final NeedsGraph graph;

  NeedsHtml(Html page, ImageNeeds needs, NeedsGraph graph) {
    this.page = page;
    this.needs = needs;
    this.graph = graph;
  }

  void write() {
    page.raw("<h2 id=\"needs\">What needs what</h2>\n");
    check();
    if (!graph.files().isEmpty()) {
      drawing();
      table();
    }
  }

  private void check() {
    RootCheck.Report check = needs.check();
    page.raw("<p>")
        .text(check.programs() + " programs, ")
        .text(check.libraries() + " libraries, " + check.scripts() + " scripts.");
    if (needs.leftOut() > 0) {
      page.text(" ELF files that are not shown here: " + needs.leftOut())
          .text(" (damaged, for another machine, or neither program nor library).");
    }
    page.raw("</p>\n");
    findings(true);
    findings(false);
  }

  private void findings(boolean areProblems) {
    List<Finding> findings =
        needs.check().findings().stream()
            .filter(finding -> finding.isProblem() == areProblems)
            .toList();
    if (findings.isEmpty()) {
      return;
    }
    page.raw("<details class=\"findings\"")
        .raw(areProblems && findings.size() <= OPEN ? " open=\"open\">" : ">")
        .raw("<summary>")
        .text((areProblems ? "Problems: " : "Remarks: ") + findings.size())
        .raw("</summary>\n<ul>\n");
    findings.stream()
        .limit(FINDINGS)
        .forEach(finding -> page.raw("<li>").text(finding.sentence()).raw("</li>\n"));
    if (findings.size() > FINDINGS) {
      page.raw("<li>")
          .text(findings.size() - FINDINGS + " more, which jbuild check prints")
          .raw("</li>\n");
    }
    page.raw("</ul></details>\n");
  }

  private void drawing() {
    List<File> all = graph.files();
    if (all.size() <= DRAWN) {
      caption(
          "Each file needs those to its right that lines lead to. What follows from other lines has none; a broken"
              + " line leads back.");
      GraphSvg.draw(page, new NeedsTitles(graph), all);
      return;
    }
    List<File> commands =
        needs.commands().stream().map(graph::file).flatMap(Optional::stream).toList();
    if (commands.isEmpty()) {
      caption(
          "Too many files to draw, "
              + all.size()
              + ", and no command of the image to begin with: the table has them.");
      return;
    }
    ImmutableList<File> drawn = graph.nearest(commands, DRAWN);
    int wanted = graph.nearest(commands, all.size()).size();
    caption(
        "What the image's command needs"
            + (wanted > DRAWN ? ", the nearest " + DRAWN + " of " + wanted + " files" : "")
            + "; the table has all "
            + all.size()
            + " files. Each needs those to its right that lines lead to. What follows from other lines has none; a broken"
            + " line leads back.");
    GraphSvg.draw(page, new NeedsTitles(graph), drawn);
  }

  private void caption(String text) {
    page.raw("<p class=\"caption\">").text(text).raw("</p>\n");
  }

  private void table() {
    List<File> all = graph.files();
    page.raw(all.size() <= DRAWN ? "<details open=\"open\">" : "<details>")
        .raw("<summary>")
        .text("All " + all.size() + " files")
        .raw("</summary>\n<div class=\"wide\"><table class=\"needs\">\n")
        .headings("File", "Kind", "Needs", "Needed by");
    all.stream().limit(ROWS).forEach(this::row);
    page.raw("</table></div>\n");
    if (all.size() > ROWS) {
      caption(all.size() - ROWS + " more are left out; jbuild why answers for each file.");
    }
    page.raw("</details>\n");
  }

  private void row(File file) {
    page.raw("<tr id=\"f" + file.number() + "\"><td>")
        .text(file.name())
        .raw("</td><td><span class=\"key ")
        .raw(file.kind().map(NeedsTitles::styleOf).orElse("missing"))
        .raw("\">")
        .text(file.kind().map(NeedsTitles::wordOf).orElse("missing"))
        .raw("</span></td>");
    links(file.needs());
    links(file.neededBy());
    page.raw("</tr>\n");
  }

  private void links(Collection<Integer> numbers) {
    page.raw("<td>");
    String before = "";
    for (int number : numbers.stream().limit(NAMES).toList()) {
      page.raw(before);
      String name = graph.file(number).fileName();
      if (number < ROWS) {
        page.raw("<a href=\"#f" + number + "\">").text(name).raw("</a>");
      } else {
        page.text(name);
      }
      before = ", ";
    }
    if (numbers.size() > NAMES) {
      page.text(" and " + (numbers.size() - NAMES) + " more");
    }
    page.raw("</td>");
  }
}
