/** What a container's network namespace is given. */
@NullMarked
package io.jrootfs.runner.network;

import org.jspecify.annotations.NullMarked;
