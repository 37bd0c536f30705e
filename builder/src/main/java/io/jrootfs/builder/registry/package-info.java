/**
 * Images over the wire: pushing to and pulling from registries. The only package that knows Jib.
 */
@NullMarked
package io.jrootfs.builder.registry;

import org.jspecify.annotations.NullMarked;
