package net.viaduct.controller.transition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** In which order the machines on a wire best come off it. Stateless. */
public final class TransitionPlan {
  private static final int BUSY_TENTHS = 5;

  private TransitionPlan() {}

  /**
   * A step.
   *
   * @param why it is at this place
   */
  public record Step(WireStation station, String why) {}

  /**
   * First who is heard least, so that what is not right yet shows with those who miss least; last
   * those through whom all others go.
   */
  public static List<Step> of(List<WireStation> stations) {
    List<WireStation> order = new ArrayList<>(stations);
    order.sort(
        Comparator.comparing((WireStation one) -> !one.gone().isEmpty())
            .thenComparing(WireStation::kind)
            .thenComparingInt(WireStation::heardTenths)
            .thenComparing(one -> one.mac().text()));
    return order.stream().map(one -> new Step(one, why(one))).toList();
  }

  private static String why(WireStation one) {
    if (!one.gone().isEmpty()) {
      return "is not heard any more: is it there?";
    }
    return switch (one.kind()) {
      case VIRTUAL_ROUTER ->
          "its address is shared by routers (VRRP, HSRP, CARP) and moves by itself: when all those"
              + " routers are off the wire";
      case ROUTER -> "is a router: when those who use it have come, so that it carries them once";
      case MACHINE ->
          one.ips().isEmpty()
              ? "has told no IP address, so that it cannot be asked whether it is reached"
              : one.heardTenths() == 0
                  ? "is quiet: it misses least if something is not right yet"
                  : one.heardTenths() < BUSY_TENTHS
                      ? "is heard now and then"
                      : "is heard most of the time: when quieter ones have shown that it works";
    };
  }
}
