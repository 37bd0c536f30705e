/**
 * Base systems of Debian and Ubuntu: debootstrap and mmdebstrap as back ends, what they say in our
 * words, and the rules that make their results reproducible.
 */
@NullMarked
package io.jrootfs.builder.debian;

import org.jspecify.annotations.NullMarked;
