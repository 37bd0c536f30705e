package io.jrootfs.builder.trial;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.recipe.Check;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One image on trial. */
public final class Trial {
  private static final int S_ISUID = 04000;
  private static final int S_ISGID = 02000;

  /** Enough of an output to see what is wrong with it. */
  private static final int MAX_QUOTED = 400;

  private final Path image;
  private final Rootfs rootfs;
  private final Jrun jrun;

  /**
   * A trial.
   *
   * @param image what jrun runs
   * @param rootfs what is in it
   */
  public Trial(Path image, Rootfs rootfs, Jrun jrun) {
    this.image = image;
    this.rootfs = rootfs;
    this.jrun = jrun;
  }

  /**
   * Whether a check holds.
   *
   * @return what is wrong; empty if it holds
   * @throws IOException if a file of the image cannot be read, or jrun not be started
   */
  public Optional<String> fault(Check check) throws IOException {
    if (check instanceof Check.Run run) {
      return run(run);
    } else if (check instanceof Check.Starts starts) {
      return jrun.start(image, starts.says())
          .map(said -> "it ended, or went on without a word of it; it said: " + quoted(said));
    } else if (check instanceof Check.Present present) {
      return present(present);
    } else if (check instanceof Check.Absent absent) {
      return fault(rootfs.get(absent.path()).isPresent(), "it is there");
    } else if (check instanceof Check.MaxSize most) {
      long size = size();
      return fault(size > most.bytes(), "the files are " + size + " bytes together");
    } else if (check instanceof Check.User user) {
      return user(user);
    }
    return setuid();
  }

  /**
   * Whether the image's own command can be run, whatever it does then.
   *
   * @return what is wrong; empty if it can
   * @throws IOException if jrun cannot be started
   */
  public Optional<String> begins() throws IOException {
    return jrun.begin(image);
  }

  private Optional<String> run(Check.Run run) throws IOException {
    Jrun.Ended ended = jrun.run(image, run.user(), run.command());
    if (ended.status() != run.status()) {
      return Optional.of(
          "status "
              + ended.status()
              + ", not "
              + run.status()
              + "; it said: "
              + quoted(ended.out() + ended.err()));
    }
    return mismatch("standard output", run.stdout(), ended.out())
        .or(() -> mismatch("standard error", run.stderr(), ended.err()));
  }

  private static Optional<String> mismatch(String what, Optional<Pattern> wanted, String text) {
    return fault(
        wanted.isPresent() && !wanted.get().matcher(text).find(),
        what + " has no " + wanted.orElse(null) + "; it is: " + quoted(text));
  }

  private Optional<String> present(Check.Present present) throws IOException {
    RootfsEntry entry = rootfs.get(present.path()).orElse(null);
    if (entry == null) {
      return Optional.of("it is not there");
    }
    Metadata metadata = entry.metadata();
    if (present.mode().isPresent() && present.mode().get() != metadata.mode()) {
      return Optional.of(
          String.format("its mode is %04o, not %04o", metadata.mode(), present.mode().get()));
    }
    String owner = metadata.uid() + ":" + metadata.gid();
    if (present.owner().isPresent() && !present.owner().get().equals(owner)) {
      return Optional.of("its owner is " + owner + ", not " + present.owner().get());
    }
    if (present.matches().isEmpty()) {
      return Optional.empty();
    }
    return mismatch("its content", present.matches(), text(present.path()));
  }

  /** What a file holds, as bytes in disguise; nothing of what is no file. */
  private String text(RootfsPath path) throws IOException {
    RootfsEntry entry = rootfs.get(path).orElse(null);
    if (entry instanceof RootfsEntry.HardLink link) {
      return text(link.target());
    }
    if (!(entry instanceof RootfsEntry.RegularFile file)) {
      return "";
    }
    FileContent content = file.content();
    try (InputStream in = content.open()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private Optional<String> user(Check.User user) throws IOException {
    for (String line : Splitter.on('\n').split(text(RootfsPath.of("/etc/passwd")))) {
      List<String> fields = Splitter.on(':').splitToList(line);
      if (fields.size() > 2 && fields.get(0).equals(user.name())) {
        boolean other =
            user.uid().isPresent() && !fields.get(2).equals(String.valueOf(user.uid().get()));
        return fault(other, "the uid is " + fields.get(2) + ", not " + user.uid().orElse(0L));
      }
    }
    return Optional.of("/etc/passwd has no such user");
  }

  private Optional<String> setuid() {
    ImmutableList.Builder<String> found = ImmutableList.builder();
    for (RootfsEntry entry : rootfs.all()) {
      Metadata metadata = entry.metadata();
      boolean changesOwner = (metadata.mode() & (S_ISUID | S_ISGID)) != 0;
      if (entry instanceof RootfsEntry.RegularFile
          && (changesOwner || metadata.xattrs().containsKey("security.capability"))) {
        found.add(entry.path().value());
      }
    }
    String all = String.join(", ", found.build());
    return fault(!all.isEmpty(), "these are: " + all);
  }

  private long size() {
    long size = 0;
    for (RootfsEntry entry : rootfs.all()) {
      size += entry instanceof RootfsEntry.RegularFile file ? file.content().size() : 0;
    }
    return size;
  }

  private static Optional<String> fault(boolean isOne, String fault) {
    return isOne ? Optional.of(fault) : Optional.empty();
  }

  /** One line, of text that may be anything. */
  static String quoted(String text) {
    String decoded =
        new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
    StringBuilder shown = new StringBuilder();
    decoded
        .codePoints()
        .limit(MAX_QUOTED)
        .forEach(c -> shown.appendCodePoint(c == '\n' || Character.isISOControl(c) ? ' ' : c));
    return "'" + shown + (decoded.length() > MAX_QUOTED ? "...'" : "'");
  }
}
