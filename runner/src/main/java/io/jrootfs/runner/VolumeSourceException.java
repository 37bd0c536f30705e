package io.jrootfs.runner;

import io.jrootfs.runner.mount.BindArgument;

/** A volume's source is not there. */
public final class VolumeSourceException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient BindArgument volume;

  VolumeSourceException(BindArgument volume, String problem) {
    super("volume '" + volume.argument() + "': " + problem);
    this.volume = volume;
  }

  /** The volume as it was asked for. */
  public BindArgument volume() {
    return volume;
  }
}
