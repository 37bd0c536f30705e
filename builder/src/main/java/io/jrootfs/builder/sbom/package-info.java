/** What is in an image as a software bill of materials: SPDX and CycloneDX. */
@NullMarked
package io.jrootfs.builder.sbom;

import org.jspecify.annotations.NullMarked;
