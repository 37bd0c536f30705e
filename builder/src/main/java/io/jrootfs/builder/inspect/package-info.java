/** What an image holds, and in what two images differ; as text, JSON and a page. */
@NullMarked
package io.jrootfs.builder.inspect;

import org.jspecify.annotations.NullMarked;
