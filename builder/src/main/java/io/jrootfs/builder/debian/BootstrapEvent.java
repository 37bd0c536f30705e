package io.jrootfs.builder.debian;

/** Something a back end says while it works. */
public sealed interface BootstrapEvent {
  /**
   * How far a stage of the work is.
   *
   * @param stage such as {@code Extracting packages}
   * @param done 0 or more
   * @param total no less than {@code done}; 0 if nobody knows
   */
  record Progress(String stage, long done, long total) implements BootstrapEvent {}

  /** A detail, such as the package that is being unpacked. */
  record Note(String text) implements BootstrapEvent {}

  /** Something that may matter later. */
  record Warning(String text) implements BootstrapEvent {}
}
