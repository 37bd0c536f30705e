package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.image.Referrer;
import io.jrootfs.builder.image.StoredDocument;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.sbom.SbomFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ParameterException;

/** A bill of materials that somebody wrote. */
record SbomFile(Path file, SbomFormat format, Bytes content) {

  /**
   * Reads the files.
   *
   * @param usage makes the exception for a message
   * @throws IOException if one cannot be read
   */
  static ImmutableList<SbomFile> read(
      Iterable<Path> files, Function<String, ParameterException> usage) throws IOException {
    ImmutableList.Builder<SbomFile> read = ImmutableList.builder();
    for (Path file : ImmutableSet.copyOf(files)) {
      if (Files.isDirectory(file)) {
        throw usage.apply("--sbom " + file + " is a directory; give a document in JSON");
      }
      byte[] content = Files.readAllBytes(file);
      Optional<SbomFormat> format = SbomFormat.of(content);
      if (format.isEmpty()) {
        throw usage.apply(
            file + " is neither SPDX nor CycloneDX in JSON; --sbom takes one of them");
      }
      read.add(new SbomFile(file, format.get(), Bytes.copyOf(content)));
    }
    return read.build();
  }

  Referrer about(StoredDocument subject) {
    return Referrer.of(
        subject, format.mediaType(), String.valueOf(file.getFileName()), content.toByteArray());
  }
}
