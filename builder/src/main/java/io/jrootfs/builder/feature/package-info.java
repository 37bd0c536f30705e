/** What programs open while they run and no closure shows: name services, certificates, zones. */
@NullMarked
package io.jrootfs.builder.feature;

import org.jspecify.annotations.NullMarked;
