/**
 * An EROFS file system that is an index of tars: it holds names and attributes, and says where in
 * the tars the contents are. The format is the kernel's ({@code fs/erofs/erofs_fs.h}, {@code
 * Documentation/filesystems/erofs.rst}).
 */
@NullMarked
package io.jrootfs.runner.erofs;

import org.jspecify.annotations.NullMarked;
