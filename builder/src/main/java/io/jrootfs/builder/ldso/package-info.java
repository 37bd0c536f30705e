/**
 * The dynamic loader's rules: where a needed shared object is searched and which file is accepted.
 */
@NullMarked
package io.jrootfs.builder.ldso;

import org.jspecify.annotations.NullMarked;
