/** What both programs say their words with: the standard streams, and sentences about files. */
@NullMarked
package io.jrootfs.builder.console;

import org.jspecify.annotations.NullMarked;
