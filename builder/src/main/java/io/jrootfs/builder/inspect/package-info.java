/** What an image holds, and in what two images differ; as text and as JSON. */
@NullMarked
package io.jrootfs.builder.inspect;

import org.jspecify.annotations.NullMarked;
