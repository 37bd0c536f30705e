package io.jrootfs.runner.plan;

import static io.jrootfs.runner.plan.Errno.EOVERFLOW;

import com.google.common.collect.ImmutableList;

/**
 * What the launcher says when a step fails. A step has one or more parts that can fail, always
 * reported by number; the launcher prints the text of the part and the error's own text, or, when
 * there is one for exactly that part and error, a sentence that stands alone.
 *
 * @param parts what failed, by part
 * @param sentences for single errors
 */
record FailureTexts(ImmutableList<String> parts, ImmutableList<Sentence> sentences) {
  /**
   * A sentence that says it better than the error's own text.
   *
   * @param part index into {@link FailureTexts#parts}
   */
  record Sentence(int part, Errno errno, String text) {}

  private static final LaunchStep.Cases<FailureTexts> BY_FAMILY =
      new LaunchStep.Cases<>() {
        @Override
        public FailureTexts cgroup(CgroupStep step) {
          return step.match(new CgroupStepFailures());
        }

        @Override
        public FailureTexts namespace(NamespaceStep step) {
          return step.match(new NamespaceStepFailures());
        }

        @Override
        public FailureTexts mount(MountStep step) {
          return step.match(new MountStepFailures());
        }

        @Override
        public FailureTexts process(ProcessStep step) {
          return step.match(new ProcessStepFailures());
        }

        @Override
        public FailureTexts lifecycle(LifecycleStep step) {
          return step.match(new LifecycleStepFailures());
        }

        @Override
        public FailureTexts network(NetworkStep step) {
          return step.match(new NetworkStepFailures());
        }

        @Override
        public FailureTexts replay(ReplayStep step) {
          return step.match(new ReplayStepFailures());
        }
      };

  static FailureTexts texts(String part, Sentence... sentences) {
    return new FailureTexts(ImmutableList.of(part), ImmutableList.copyOf(sentences));
  }

  static FailureTexts texts(ImmutableList<String> parts, Sentence... sentences) {
    return new FailureTexts(parts, ImmutableList.copyOf(sentences));
  }

  static Sentence on(int part, Errno errno, String text) {
    return new Sentence(part, errno, text);
  }

  /** overlay(5) refuses to copy a directory up whose owner it cannot name. */
  static Sentence onUnmappedOwner(int part, String what) {
    return on(
        part,
        EOVERFLOW,
        what
            + ": it would have to be created in a directory whose owner has no id in the user"
            + " namespace");
  }

  static FailureTexts forStep(LaunchStep step) {
    return step.match(BY_FAMILY);
  }
}
