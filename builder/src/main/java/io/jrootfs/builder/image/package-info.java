/**
 * OCI documents, layers, digests, image archives and layouts: writing, reading with verification,
 * flattening.
 */
@NullMarked
package io.jrootfs.builder.image;

import org.jspecify.annotations.NullMarked;
