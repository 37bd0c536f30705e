package io.jrootfs.runner.bundle;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Somebody else could put files there, which would then run with our rights. */
final class ForeignPlaceException extends FileSystemException {
  private static final long serialVersionUID = 1;

  ForeignPlaceException(Path place, String why) {
    super(place.toString(), null, why);
  }
}
