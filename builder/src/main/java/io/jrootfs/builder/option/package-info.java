/** How the options of both programs are declared, and what was given of them. */
@NullMarked
package io.jrootfs.builder.option;

import org.jspecify.annotations.NullMarked;
