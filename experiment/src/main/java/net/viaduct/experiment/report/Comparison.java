package net.viaduct.experiment.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether two numbers that were each measured several times are different, or the same within
 * noise. Immutable.
 *
 * <p>The rule: the difference of the means has a 95% confidence interval by Student's t, of the
 * differences of the pairs if each value of one side has a partner on the other (the two runs of a
 * repetition), else by Welch. If 0 is inside, the numbers are the same. Fewer than three values on
 * a side say nothing. A value that could not be measured is {@link Double#NaN}, and left out, with
 * its partner.
 *
 * @param before mean of one side
 * @param after mean of the other side
 * @param lowest end of the interval of the difference, after less before
 * @param highest end of the interval of the difference
 * @param verdict what follows
 */
public record Comparison(
    double before, double after, double lowest, double highest, Verdict verdict) {
  /** How few values on a side say nothing. */
  public static final int LEAST_VALUES = 3;

  /** Student's t for 95% in the middle, by degrees of freedom from 1 on. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  private static final double T_OF_MANY = 1.96;
  private static final double T_OF_FEWER = 2.4; // more, over the degrees of freedom

  /** What a comparison says. */
  public enum Verdict {
    /** The later one is smaller. */
    LESS("less"),
    /** The later one is larger. */
    MORE("more"),
    /** The interval of the difference has 0 in it. */
    SAME("the same within noise"),
    /** Too few values. */
    UNKNOWN("too few runs to tell");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    /** In words. */
    public String words() {
      return words;
    }
  }

  /** Compares values with their partners: the first with the first, and so on. */
  public static Comparison ofPairs(List<Double> before, List<Double> after) {
    List<Double> earlier = new ArrayList<>();
    List<Double> later = new ArrayList<>();
    for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
      if (!before.get(i).isNaN() && !after.get(i).isNaN()) {
        earlier.add(before.get(i));
        later.add(after.get(i));
      }
    }
    int count = earlier.size();
    double[] differences = new double[count];
    for (int i = 0; i < count; i++) {
      differences[i] = later.get(i) - earlier.get(i);
    }
    double half = count < 2 ? 0 : t(count - 1) * Math.sqrt(variance(differences) / count);
    return of(mean(earlier), mean(later), mean(differences), half, count);
  }

  /** Compares values that have no partners. */
  public static Comparison ofGroups(List<Double> allBefore, List<Double> allAfter) {
    List<Double> before = allBefore.stream().filter(value -> !value.isNaN()).toList();
    List<Double> after = allAfter.stream().filter(value -> !value.isNaN()).toList();
    double a = before.size() < 2 ? 0 : variance(array(before)) / before.size();
    double b = after.size() < 2 ? 0 : variance(array(after)) / after.size();
    double freedom = 1;
    if (a + b > 0) {
      freedom = (a + b) * (a + b) / (a * a / (before.size() - 1) + b * b / (after.size() - 1));
    }
    double half = t((int) freedom) * Math.sqrt(a + b);
    int least = Math.min(before.size(), after.size());
    return of(mean(before), mean(after), mean(after) - mean(before), half, least);
  }

  private static Comparison of(
      double before, double after, double difference, double half, int values) {
    double lowest = difference - half;
    double highest = difference + half;
    Verdict verdict = Verdict.SAME;
    if (values < LEAST_VALUES) {
      verdict = Verdict.UNKNOWN;
    } else if (highest < 0) {
      verdict = Verdict.LESS;
    } else if (lowest > 0) {
      verdict = Verdict.MORE;
    }
    return new Comparison(before, after, lowest, highest, verdict);
  }

  private static double t(int freedom) {
    return freedom <= T.length ? T[Math.max(1, freedom) - 1] : T_OF_MANY + T_OF_FEWER / freedom;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double mean(List<Double> values) {
    return mean(array(values));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / (values.length - 1);
  }
}
