/** Linux capabilities as sets and masks (capabilities(7)). */
@NullMarked
package io.jrootfs.runner.capability;

import org.jspecify.annotations.NullMarked;
