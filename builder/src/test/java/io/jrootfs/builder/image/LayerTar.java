package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar of any entries in any order, made by a library that is not ours. */
final class LayerTar {
  private record Entry(String name, byte type, String text, int mode) {
    @Override
    public String toString() {
      return name + (text.isEmpty() ? "" : "=" + text);
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  static LayerTar layer() {
    return new LayerTar();
  }

  LayerTar directory(String name) {
    return directory(name, 0755);
  }

  LayerTar directory(String name, int mode) {
    return with(new Entry(name, TarConstants.LF_DIR, "", mode));
  }

  LayerTar file(String name, String content) {
    return with(new Entry(name, TarConstants.LF_NORMAL, content, 0644));
  }

  LayerTar symlink(String name, String target) {
    return with(new Entry(name, TarConstants.LF_SYMLINK, target, 0777));
  }

  LayerTar hardLink(String name, String target) {
    return with(new Entry(name, TarConstants.LF_LINK, target, 0644));
  }

  private LayerTar with(Entry entry) {
    entries.add(entry);
    return this;
  }

  byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(bytes);
    return bytes.toByteArray();
  }

  private void write(OutputStream out) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Entry entry : entries) {
        byte[] content =
            entry.type == TarConstants.LF_NORMAL
                ? entry.text.getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        TarArchiveEntry header = new TarArchiveEntry(entry.name, entry.type, true);
        header.setMode(entry.mode);
        header.setModTime(0);
        header.setSize(content.length);
        if (entry.type == TarConstants.LF_LINK || entry.type == TarConstants.LF_SYMLINK) {
          header.setLinkName(entry.text);
        }
        tar.putArchiveEntry(header);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
  }

  /** An archive of an image with these layers, lowest first. */
  static WrittenImage image(Path output, Path directory, List<LayerTar> layers) throws IOException {
    ImmutableList.Builder<WrittenLayer> written = ImmutableList.builder();
    for (LayerTar layer : layers) {
      Path blob = Files.createTempFile(directory, "layer", ".tar");
      byte[] bytes = layer.bytes();
      Files.write(blob, bytes);
      Digest digest = Digest.of(bytes);
      written.add(new WrittenLayer(digest, digest, bytes.length, blob, Compression.NONE));
    }
    return HybridArchive.write(
        Samples.name(), ImageConfig.empty(Samples.AMD64), Samples.MADE, written.build(), output);
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
