package io.jrootfs.builder.recipe;

/** What dates an image. */
public sealed interface SourceDate {
  /** The time of the commit that is checked out where the recipe is. */
  record OfCommit() implements SourceDate {}

  /** The environment variable SOURCE_DATE_EPOCH, which then must be set. */
  record OfEnvironment() implements SourceDate {}

  /** Seconds since the epoch. */
  record Fixed(long seconds) implements SourceDate {}
}
