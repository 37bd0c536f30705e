package io.jrootfs.runner.machine;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Tests that run in the virtual machine, by {@link CgroupV2MachineTest}, and nowhere else. The
 * build excludes the tag from what runs here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag(OnlyOnCgroupV2.TAG)
public @interface OnlyOnCgroupV2 {
  String TAG = "cgroup-v2-only";
}
