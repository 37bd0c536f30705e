/** The container as data, in the runtime specification's words, and the rules that derive it. */
@NullMarked
package io.jrootfs.runner.spec;

import org.jspecify.annotations.NullMarked;
