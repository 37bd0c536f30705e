package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * The documents an image was found by.
 *
 * @param names what the archive or layout calls the image, full names and bare tags
 * @param config the image configuration, whose digest is the image ID
 * @param manifest absent in archives of {@code docker save} before docker 25, which have none
 */
public record ImageDocuments(
    ImmutableList<String> names, StoredDocument config, Optional<StoredDocument> manifest) {}
