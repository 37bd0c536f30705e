/** Names of files and words of others as text: bytes that are not UTF-8, control characters. */
@NullMarked
package io.jrootfs.builder.text;

import org.jspecify.annotations.NullMarked;
