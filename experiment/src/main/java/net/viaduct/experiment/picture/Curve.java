package net.viaduct.experiment.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.ProbeSample;

/** Points of a picture, by ascending x. Immutable. */
final class Curve {
  private static final double NS_PER_SECOND = 1e9;
  private static final double NS_PER_MS = 1e6;
  private static final double BITS_PER_MEGABYTE = 8e-6;
  private static final int CDF_POINTS = 1_000;

  private final String name;
  private final double[] x;
  private final double[] y;

  private Curve(String name, double[] x, double[] y) {
    this.name = name;
    this.x = x;
    this.y = y;
  }

  /** What it is called in the legend. */
  String name() {
    return name;
  }

  /** One number for each point, ascending; not to be changed. */
  double[] x() {
    return x;
  }

  /** One number for each point; not to be changed. */
  double[] y() {
    return y;
  }

  boolean isEmpty() {
    return x.length == 0;
  }

  /** Round-trip times in milliseconds by the second in which the probes were sent. */
  static Curve roundTrips(String name, List<ProbeSample> samples) {
    List<ProbeSample> answered =
        samples.stream()
            .filter(ProbeSample::isAnswered)
            .sorted((a, b) -> Long.compare(a.timeNs(), b.timeNs()))
            .toList();
    return new Curve(
        name,
        answered.stream().mapToDouble(sample -> sample.timeNs() / NS_PER_SECOND).toArray(),
        answered.stream().mapToDouble(sample -> sample.roundTripNs() / NS_PER_MS).toArray());
  }

  /** Which share of all answers took at most so many milliseconds. */
  static Curve cumulative(String name, List<ProbeSample> samples) {
    double[] sorted =
        samples.stream()
            .filter(ProbeSample::isAnswered)
            .mapToDouble(sample -> sample.roundTripNs() / NS_PER_MS)
            .sorted()
            .toArray();
    int points = Math.min(sorted.length, CDF_POINTS);
    double[] x = new double[points];
    double[] y = new double[points];
    for (int i = 0; i < points; i++) {
      int index = points < 2 ? 0 : (int) ((long) i * (sorted.length - 1) / (points - 1));
      x[i] = sorted[index];
      y[i] = (index + 1.0) / sorted.length;
    }
    return new Curve(name, x, y);
  }

  /** Something of a load by the second. */
  static Curve of(String name, List<LoadSample> samples, ToDoubleFunction<LoadSample> value) {
    return new Curve(
        name,
        samples.stream().mapToDouble(sample -> sample.timeNs() / NS_PER_SECOND).toArray(),
        samples.stream().mapToDouble(value).toArray());
  }

  /** Megabits a second of a load, from one sample to the one five later: half a second. */
  static Curve rate(String name, List<LoadSample> samples) {
    int apart = 5;
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (int i = apart; i < samples.size(); i++) {
      LoadSample from = samples.get(i - apart);
      LoadSample to = samples.get(i);
      double seconds = (to.timeNs() - from.timeNs()) / NS_PER_SECOND;
      if (seconds > 0) {
        boolean known = from.arrivedBytes() >= 0 && to.arrivedBytes() >= 0;
        long bytes =
            known ? to.arrivedBytes() - from.arrivedBytes() : to.sentBytes() - from.sentBytes();
        x.add(to.timeNs() / NS_PER_SECOND);
        y.add(bytes * BITS_PER_MEGABYTE / seconds);
      }
    }
    return new Curve(name, array(x), array(y));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** At most about so many points, the highest of each few among them. */
  Curve thinned(int most) {
    if (x.length <= most) {
      return this;
    }
    int few = (x.length + most - 1) / most;
    double[] keptX = new double[(x.length + few - 1) / few];
    double[] keptY = new double[keptX.length];
    for (int i = 0; i < keptX.length; i++) {
      int highest = i * few;
      for (int j = highest; j < Math.min(x.length, (i + 1) * few); j++) {
        highest = y[j] > y[highest] ? j : highest;
      }
      keptX[i] = x[highest];
      keptY[i] = y[highest];
    }
    return new Curve(name, keptX, keptY);
  }

  double highest() {
    return Arrays.stream(y).max().orElse(0);
  }

  double last() {
    return x.length == 0 ? 0 : x[x.length - 1];
  }
}
