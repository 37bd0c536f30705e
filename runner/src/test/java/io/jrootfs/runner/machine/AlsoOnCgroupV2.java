package io.jrootfs.runner.machine;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** Tests that run here and, by {@link CgroupV2MachineTest}, in the virtual machine too. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag(AlsoOnCgroupV2.TAG)
public @interface AlsoOnCgroupV2 {
  String TAG = "cgroup-v2-too";
}
