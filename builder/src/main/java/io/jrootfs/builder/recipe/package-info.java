/** Recipe files: strict YAML to records, with file, line and column in every complaint. */
@NullMarked
package io.jrootfs.builder.recipe;

import org.jspecify.annotations.NullMarked;
