package io.jrootfs.runner.bundle;

import io.jrootfs.runner.namespace.IdMappings;

/**
 * How the owners in an image become owners on disk. Two modes give two trees, so it is part of a
 * bundle's key.
 *
 * @param setsOwners false where only root exists: everything belongs to it
 * @param ids from an image's owners to those on disk, as we see them; of no meaning where none is
 *     set
 * @param description the id mappings in words; equal mappings have equal descriptions
 */
public record OwnerMode(boolean setsOwners, IdMappings ids, String description) {}
