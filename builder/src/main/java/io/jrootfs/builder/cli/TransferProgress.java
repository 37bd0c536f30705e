package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.registry.TransferListener;

/** Shows how far blobs are on their way to a registry or from it, percent by percent. */
final class TransferProgress implements TransferListener, AutoCloseable {
  private static final int DIGITS = 12;

  private final ProgressLine line;
  private String stage = "";
  private long shownPercent = -1;

  TransferProgress(Console console, TalkOptions talk) {
    this.line = new ProgressLine(console.err(), talk.progress(), console.errIsTerminal());
  }

  @Override
  public void transferred(Direction direction, Digest blob, long done, long total) {
    String verb = direction == Direction.TO_REGISTRY ? "pushing " : "pulling ";
    String newStage = verb + "sha256:" + blob.hex().substring(0, DIGITS);
    long percent = total == 0 ? 100 : done * 100 / total;
    if (!newStage.equals(stage) || percent != shownPercent) {
      stage = newStage;
      shownPercent = percent;
      line.show(newStage, done, total);
    }
  }

  @Override
  public void close() {
    line.close();
  }
}
