/**
 * The ordered launch plan: its steps, their encoding for the launcher, their rendering for people.
 */
@NullMarked
package io.jrootfs.runner.plan;

import org.jspecify.annotations.NullMarked;
