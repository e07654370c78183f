package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;

import net.viaduct.host.client.ApiAnswer;
import net.viaduct.host.client.ApiSilent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host shows the stations that it is asked for, and forgets them on request. */
class HostStationsTest extends HostInMemory {
  private static final String NETWORKS =
      """
      networks:
        blue:
          vni: 100
          flood: { group: 239.1.1.100 }
          ports: [{ tap: vm1 }, { device: veth7 }]
          stations: [{ mac: 02:00:00:00:01:00, port: vm1 }]
        red:
          vni: 200
          flood: { group: 239.1.1.100 }
          ports: [{ tap: vm2 }]
      """;

  @BeforeEach
  void learn() throws Exception {
    write(NETWORKS);
    start();
    for (int i = 0; i < 5; i++) {
      frameFrom("vm1", i);
    }
    frameFrom("veth7", 20);
    frameFrom("vm2", 30);
    awaitStations(8);
  }

  private void frameFrom(String port, int last) {
    byte[] frame = new byte[64];
    frame[6] = 2;
    frame[11] = (byte) last;
    assertThat(devices.port(port).inject(frame)).isTrue();
  }

  private void awaitStations(int count) throws InterruptedException {
    await(() -> body("/v1/status").contains("\"stations\":" + count));
  }

  private long shown(String query) {
    return body("/v1/stations?" + query).split("\"mac\"", -1).length - 1;
  }

  private String flush(String query) throws ApiSilent {
    return client.delete("/v1/stations?" + query).body();
  }

  @Test
  void shouldShowTheStationsThatAreAskedFor() throws Exception {
    assertThat(shown("")).isEqualTo(8);
    assertThat(shown("network=blue")).isEqualTo(7);
    assertThat(shown("network=200")).isEqualTo(1);
    assertThat(shown("port=vm1")).isEqualTo(6);
    assertThat(shown("port=vm1&origin=learned")).isEqualTo(5);
    assertThat(shown("origin=static")).isEqualTo(1);
    assertThat(shown("mac=02-00-00-00-00-14")).isEqualTo(1);
    assertThat(shown("remote=10.77.0.2")).isZero();
  }

  @Test
  void shouldPageThroughTheStationsThatAreAskedFor() throws Exception {
    String first = body("/v1/stations?port=vm1&limit=4");
    assertThat(first.split("\"port\":\"vm1\"", -1)).hasSize(5);
    assertThat(first).contains("\"next\":\"w1\"").doesNotContain("veth7");
    String second = body("/v1/stations?port=vm1&limit=4&cursor=w1");
    assertThat(second.split("\"port\":\"vm1\"", -1)).hasSize(3);
    assertThat(second).contains("\"next\":null").doesNotContain("veth7");
    assertThat(client.get("/v1/stations?limit=4&cursor=w1").status()).as("it ended").isEqualTo(400);
  }

  @Test
  void shouldForgetWhatWasLearnedAndKeepWhatIsConfigured() throws Exception {
    assertThat(flush("mac=02:00:00:00:00:01")).isEqualTo("{\"stations\":1}");
    assertThat(flush("port=vm1")).isEqualTo("{\"stations\":4}");
    assertThat(shown("port=vm1")).as("the static one").isEqualTo(1);
    assertThat(flush("network=red")).isEqualTo("{\"stations\":1}");
    assertThat(shown("")).isEqualTo(2);
    assertThat(flush("")).isEqualTo("{\"stations\":1}");
    assertThat(flush("origin=static")).isEqualTo("{\"stations\":0}");
    assertThat(shown("origin=static")).isEqualTo(1);
    frameFrom("vm1", 1);
    awaitStations(2);
  }

  @Test
  void shouldRefuseWhatIsNotThere() throws Exception {
    ApiAnswer unknown = client.delete("/v1/stations?network=green");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.body()).contains("there is no network 'green'");
    assertThat(client.get("/v1/stations?port=vm9").body()).contains("there is no port 'vm9'");
    assertThat(client.get("/v1/neighbours?remote=x").status()).isEqualTo(400);
    assertThat(shown("")).isEqualTo(8);
  }
}
