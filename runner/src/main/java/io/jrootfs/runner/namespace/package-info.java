/** Linux namespaces and uid/gid mappings as values. */
@NullMarked
package io.jrootfs.runner.namespace;

import org.jspecify.annotations.NullMarked;
