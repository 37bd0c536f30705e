/** What the values of all options have in common, whatever they are for. */
@NullMarked
package io.jrootfs.runner.argument;

import org.jspecify.annotations.NullMarked;
