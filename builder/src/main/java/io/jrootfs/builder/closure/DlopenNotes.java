package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.closure.DlopenNote.Priority;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.LoadedObject;
import io.jrootfs.builder.ldso.Lookup;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Optional;

/**
 * Follows the notes in which objects say what they will open: what is required must be there, what
 * is recommended comes along, what is suggested does on request.
 */
final class DlopenNotes {
  private final ProgramLoad load;
  private final ClosureBuilder builder;
  private final boolean withSuggested;

  DlopenNotes(ProgramLoad load, ClosureBuilder builder, boolean withSuggested) {
    this.load = load;
    this.builder = builder;
    this.withSuggested = withSuggested;
  }

  void follow() throws IOException {
    // What is opened may have notes too; the list grows while we go through it.
    for (int i = 0; i < load.objects().size(); i++) {
      LoadedObject object = load.objects().get(i);
      for (String text : object.elf().notes().dlopen()) {
        follow(object, text);
      }
    }
  }

  private void follow(LoadedObject object, String text) throws IOException {
    SysrootPath path = object.file().path();
    try {
      for (DlopenNote note : DlopenNote.parse(text)) {
        if (note.priority() != Priority.SUGGESTED || withSuggested) {
          follow(object, note);
        }
      }
    } catch (DlopenNote.InvalidException e) {
      advise(path, "has a dlopen note that cannot be followed: " + e.getMessage());
    }
  }

  /** Of the alternatives the first that is there is taken, and no other (UAPI.12). */
  private void follow(LoadedObject object, DlopenNote note) throws IOException {
    Optional<Lookup.NotFound> failure = Optional.empty();
    for (String soname : note.sonames()) {
      Lookup lookup = load.open(object, soname);
      boolean isUnholdable = lookup instanceof Lookup.NotFound none && none.isUnholdable();
      if (isUnholdable || !(lookup instanceof Lookup.NotFound notFound)) {
        load.opened(
            object, soname, lookup, rule -> new FoundBy.DlopenNote(note.priority().word(), rule));
        return;
      }
      failure = failure.or(() -> Optional.of(notFound));
    }
    absent(object.file().path(), note, failure.orElseThrow());
  }

  private void absent(SysrootPath path, DlopenNote note, Lookup.NotFound failure) {
    String names = String.join(" or ", note.sonames());
    String feature = note.feature().map(it -> " for its feature " + it).orElse("");
    if (note.priority() == Priority.REQUIRED) {
      builder.missing(
          new Missing(
              names,
              path,
              failure.searched(),
              Optional.of(
                  failure.reason().orElse("its dlopen note says it is required" + feature))));
    } else {
      advise(
          path,
          (note.priority() == Priority.RECOMMENDED ? "recommends " : "suggests ")
              + names
              + feature
              + ", which is not there");
    }
  }

  private void advise(SysrootPath path, String reason) {
    builder.advise(new Advice("dlopen-note", ImmutableList.of(path), reason, Optional.empty()));
  }
}
