package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.UnkeptRecords;
import io.jrootfs.builder.rootfs.DirectoryWriter.Omission;
import io.jrootfs.builder.rootfs.UnkeptAttribute;

/** Says what of an image a container has not. */
final class OmissionTalk {
  private static final String BEGINNING = "left out of the container: ";

  private OmissionTalk() {}

  /**
   * A sentence for each kind.
   *
   * @param unread what the layers say and nothing here can be told
   * @param unmade what could not be made of the rest
   */
  static ImmutableList<String> sentences(UnkeptRecords unread, ImmutableList<Omission> unmade) {
    ImmutableList.Builder<String> sentences = ImmutableList.builder();
    for (Omission omission : unread.of(path -> true).all()) {
      UnkeptAttribute kind = UnkeptAttribute.of(omission.what()).orElseThrow();
      sentences.add(BEGINNING + kind.sentence(omission));
    }
    for (Omission omission : unmade) {
      sentences.add(
          BEGINNING
              + omission.what()
              + ": "
              + omission.first()
              + (omission.count() > 1 ? " and " + (omission.count() - 1) + " more" : ""));
    }
    return sentences.build();
  }
}
