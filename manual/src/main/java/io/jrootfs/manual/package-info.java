/**
 * Manual pages and shell completions, written from the command lines of the programs when they are
 * assembled; no part of what is installed.
 */
@NullMarked
package io.jrootfs.manual;

import org.jspecify.annotations.NullMarked;
