/**
 * Plans that are kept, so that the launcher can start a container without us when the same command
 * line comes again and everything that the plan was made of is as it was.
 */
@NullMarked
package io.jrootfs.runner.replay;

import org.jspecify.annotations.NullMarked;
