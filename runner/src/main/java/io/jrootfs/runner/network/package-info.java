/** The container's network, as far as it is files: whom it asks for names, and whom it knows. */
@NullMarked
package io.jrootfs.runner.network;

import org.jspecify.annotations.NullMarked;
