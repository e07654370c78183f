package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What commands ask with, and what they read. */
class JsonTest {
  @Test
  void shouldWriteEveryWholeNumberAsANumber() {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("int", 3);
    numbers.put("long", 1L << 40);
    numbers.put("short", (short) 4);
    numbers.put("byte", (byte) -5);
    numbers.put("double", 0.5);
    assertThat(Json.write(numbers))
        .isEqualTo("{\"int\":3,\"long\":1099511627776,\"short\":4,\"byte\":-5,\"double\":0.5}");
  }

  @Test
  void shouldReadWhatItWrote() {
    Map<String, @Nullable Object> inner = new LinkedHashMap<>();
    inner.put("nothing", null);
    inner.put("list", List.of(1L, "two \"2\"", true, List.of()));
    Map<String, Object> object = Map.of("object", inner);
    assertThat(Json.parse(Json.write(object))).isEqualTo(object);
  }

  @Test
  void shouldRefuseWhatIsNoObject() {
    assertThatThrownBy(() -> Json.parse("[1]")).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> Json.parse("{\"a\":")).isInstanceOf(Refusal.class);
  }
}
