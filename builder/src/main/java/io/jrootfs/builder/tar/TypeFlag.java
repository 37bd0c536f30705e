package io.jrootfs.builder.tar;

/** The values of {@code typeflag} that we write or read (POSIX.1-2017 pax; GNU tar manual, D.2). */
final class TypeFlag {
  static final char OLD_REGULAR = '\0';
  static final char REGULAR = '0';
  static final char HARD_LINK = '1';
  static final char SYMLINK = '2';
  static final char CHARACTER_DEVICE = '3';
  static final char BLOCK_DEVICE = '4';
  static final char DIRECTORY = '5';
  static final char FIFO = '6';
  static final char CONTIGUOUS = '7';
  static final char PAX_HEADER = 'x';
  static final char PAX_GLOBAL_HEADER = 'g';
  static final char GNU_LONG_NAME = 'L';
  static final char GNU_LONG_LINK = 'K';
  static final char GNU_VOLUME_LABEL = 'V';
  static final char GNU_SPARSE = 'S';

  private TypeFlag() {}
}
