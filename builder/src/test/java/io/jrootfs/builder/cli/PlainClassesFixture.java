package io.jrootfs.builder.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** Records and lambdas of all kinds, and what they do; see {@link PlainClassesTest}. */
final class PlainClassesFixture {
  private final String greeting;
  private int counted;

  private PlainClassesFixture(String greeting) {
    this.greeting = greeting;
  }

  record Nothing() {}

  record Everything(
      boolean z,
      byte b,
      char c,
      short s,
      int i,
      long j,
      float f,
      double d,
      String text,
      Object numbers,
      Nothing nothing) {
    static final int[] NUMBERS = {1, 2};

    static Everything of(int seed) {
      boolean isOdd = seed % 2 != 0;
      return new Everything(
          isOdd,
          (byte) (seed * 37),
          (char) ('a' + Math.floorMod(seed, 26)),
          (short) (seed * 1009),
          seed * 40503,
          seed * 0x9e3779b97f4a7c15L,
          seed == 0 ? Float.NaN : seed / 3f,
          isOdd ? 0.0 : -0.0,
          seed % 3 == 0 ? null : "text " + seed,
          isOdd ? NUMBERS : null,
          new Nothing());
    }
  }

  record Pair<A, B>(A first, B second) {}

  @FunctionalInterface
  private interface Told {
    String tell(int count, long wide, String word);
  }

  private String greet(String who) {
    return greeting + " " + who;
  }

  private int count() {
    return ++counted;
  }

  private static Object nobody() {
    return null;
  }

  private static long doubled(int number) {
    return 2L * number;
  }

  /** What is equal to what, what is printed, and what the lambdas say. */
  static List<String> results() {
    List<String> results = new ArrayList<>();
    results.add(new Nothing() + " " + new Nothing().hashCode() + new Nothing().equals(nobody()));
    for (int seed = -3; seed < 4; seed++) {
      Everything one = Everything.of(seed);
      String array = String.valueOf(one.numbers());
      results.add(one.toString().replace(array, "numbers"));
      results.add(String.valueOf(one.hashCode() - hashOf(one)));
      for (int other = -3; other < 4; other++) {
        results.add(seed + " " + other + " " + one.equals(Everything.of(other)));
      }
      Object text = one.text();
      results.add(one.equals(text) + " " + new Pair<>(one.i(), null).equals(one));
    }
    Everything zero = Everything.of(0);
    results.add(String.valueOf(zero.equals(of(zero, 0.0))) + zero.equals(of(zero, -0.0)));
    results.add(new Pair<>(1, "two") + " " + new Pair<>(1, "two").hashCode());
    results.add(String.valueOf(new Pair<>(1, null).equals(new Pair<>(1, null))));
    results.add(
        String.valueOf(new Pair<Number, Number>(1, 2).equals(new Pair<Number, Number>(1, 2L))));
    record Local(int here) {}
    results.add(new Local(3).toString());
    new PlainClassesFixture("hello").lambdas(results);
    return results;
  }

  private static Everything of(Everything one, double fraction) {
    return new Everything(
        one.z,
        one.b,
        one.c,
        one.s,
        one.i,
        one.j,
        one.f,
        fraction,
        one.text,
        one.numbers,
        one.nothing);
  }

  /** An array's differs between two runs; it is the second last component. */
  private static int hashOf(Everything one) {
    return 31 * System.identityHashCode(one.numbers());
  }

  private void lambdas(List<String> results) {
    Function<String, String> bound = this::greet;
    BiFunction<PlainClassesFixture, String, String> unbound = PlainClassesFixture::greet;
    Supplier<List<String>> made = ArrayList::new;
    IntFunction<int[]> array = int[]::new;
    IntBinaryOperator greater = Math::max;
    ToIntFunction<String> length = String::length;
    ToLongFunction<Integer> widened = PlainClassesFixture::doubled;
    Function<Integer, Long> boxed = PlainClassesFixture::doubled;
    Predicate<String> isEmpty = String::isEmpty;
    Supplier<Integer> number = () -> results.size();
    Runnable dropsItsResult = this::count;
    long wide = 1L << 40;
    double fraction = 0.5;
    Told told = (count, more, word) -> greeting + count + (more + wide) + word + fraction;
    dropsItsResult.run();
    results.add(String.valueOf(counted));
    results.add(bound.apply("bound") + unbound.apply(this, "unbound") + made.get());
    results.add(array.apply(3).length + " " + greater.applyAsInt(3, 4) + length.applyAsInt("five"));
    results.add(widened.applyAsLong(21) + " " + boxed.apply(4) + isEmpty.test("") + number.get());
    results.add(told.tell(1, 2, "three"));
    Map<String, Integer> counts = new TreeMap<>();
    for (String word : List.of("a", "b", "a")) {
      counts.merge(word, 1, Integer::sum);
    }
    counts.replaceAll((word, count) -> word.charAt(0) + count);
    results.add(counts.toString());
    Integer[] sorted = {3, 1, 2};
    Arrays.sort(sorted, (a, b) -> b - a);
    results.add(Arrays.toString(sorted));
    Supplier<Supplier<String>> nested = () -> () -> greet("nested");
    results.add(nested.get().get());
  }
}
