package io.jrootfs.builder.registry;

import io.jrootfs.builder.image.Digest;

/**
 * What a push did.
 *
 * @param reference where the image is now
 * @param manifestDigest of the manifest, or of the index of several images: what the registry knows
 *     it by
 * @param uploaded how many blobs were sent
 * @param uploadedSize their bytes
 * @param mounted how many blobs the registry took over from another repository
 * @param present how many blobs the registry had already
 */
public record PushReport(
    RegistryReference reference,
    Digest manifestDigest,
    int uploaded,
    long uploadedSize,
    int mounted,
    int present) {}
