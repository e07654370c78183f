package net.viaduct.io.netlink;

import static net.viaduct.io.netlink.ScriptedKernel.done;
import static net.viaduct.io.netlink.ScriptedKernel.error;
import static net.viaduct.io.netlink.ScriptedKernel.ints;
import static net.viaduct.io.netlink.ScriptedKernel.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.viaduct.io.IoFailure;
import org.junit.jupiter.api.Test;

class NetlinkTest {
  private static final int TYPE = 30;
  private static final int INTERRUPTED = NetlinkMessage.FLAG_DUMP_INTERRUPTED;

  private final ScriptedKernel kernel = new ScriptedKernel();
  private final Netlink netlink = new Netlink(kernel);

  private List<Integer> dump() {
    return netlink.dump("list", new NetlinkRequest(TYPE, 0), message -> message.s32(0));
  }

  @Test
  void shouldReturnWhenAcknowledged() {
    kernel.then(error(0));
    netlink.request("try", new NetlinkRequest(TYPE, 0));
    assertThat(kernel.requests()).isEqualTo(1);
    netlink.close();
    assertThat(kernel.isClosed()).isTrue();
  }

  @Test
  void shouldTellTheErrorAndTheKernelsWords() {
    byte[] words = "not like this\0".getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
    body.putInt(-22).put(new byte[16]).putShort((short) (4 + words.length)).putShort((short) 1);
    body.put(words);
    int flags = NetlinkMessage.FLAG_CAPPED | NetlinkMessage.FLAG_ACK_ATTRIBUTES;
    kernel.then(message(NetlinkMessage.ERROR, flags, body.array()));
    assertThatThrownBy(() -> netlink.request("try", new NetlinkRequest(TYPE, 0)))
        .isInstanceOf(IoFailure.class)
        .hasMessage("try: errno 22: not like this");
  }

  @Test
  void shouldFailWhenNothingIsAnswered() {
    assertThatThrownBy(() -> netlink.request("try", new NetlinkRequest(TYPE, 0)))
        .hasMessageStartingWith("try: ETIMEDOUT");
  }

  @Test
  void shouldIgnoreAnswersToEarlierRequests() {
    kernel.then(message(NetlinkMessage.ERROR, 0, 999, ints(-1)), error(0));
    netlink.request("try", new NetlinkRequest(TYPE, 0));
  }

  @Test
  void shouldCollectADumpOfSeveralDatagrams() {
    kernel.then(message(TYPE, 2, ints(1)), message(TYPE, 2, ints(2)));
    kernel.then(message(TYPE, 2, ints(3)));
    kernel.then(done());
    assertThat(dump()).containsExactly(1, 2, 3);
  }

  @Test
  void shouldRepeatADumpThatWasInterrupted() {
    kernel.then(message(TYPE, 2 | INTERRUPTED, ints(1)), done());
    kernel.then(message(TYPE, 2, ints(1)), message(TYPE, 2, ints(2)), done());
    assertThat(dump()).containsExactly(1, 2);
    assertThat(kernel.requests()).isEqualTo(2);
  }

  @Test
  void shouldNoticeAnInterruptionInTheLastMessage() {
    kernel.then(message(TYPE, 2, ints(1)), message(NetlinkMessage.DONE, INTERRUPTED, ints(0)));
    kernel.then(message(TYPE, 2, ints(5)), done());
    assertThat(dump()).containsExactly(5);
  }

  @Test
  void shouldGiveUpOnADumpThatNeverHolds() {
    for (int i = 0; i < 50; i++) {
      kernel.then(message(TYPE, 2 | INTERRUPTED, ints(1)), done());
    }
    assertThatThrownBy(this::dump).hasMessageContaining("EINTR: changed during each of 50");
  }

  @Test
  void shouldTellTheErrorOfADump() {
    kernel.then(message(NetlinkMessage.DONE, 2, ints(-19)));
    assertThatThrownBy(this::dump).hasMessageContaining("errno 19");
  }

  @Test
  void shouldRefuseAnAnswerThatIsCut() {
    byte[] whole = error(0);
    kernel.thenBytes(java.util.Arrays.copyOf(whole, whole.length - 2));
    assertThatThrownBy(() -> netlink.request("try", new NetlinkRequest(TYPE, 0)))
        .hasMessageContaining("EBADMSG");
  }

  @Test
  void shouldPassOnThatDatagramsWereLost() {
    kernel.thenFail("ENOBUFS");
    assertThatThrownBy(this::dump).hasMessageContaining("ENOBUFS");
  }

  @Test
  void shouldGetTheOneObject() {
    kernel.then(message(TYPE, 0, ints(42)), error(0));
    assertThat(netlink.get("get", new NetlinkRequest(TYPE, 0)).s32(0)).isEqualTo(42);
    kernel.then(error(0));
    assertThatThrownBy(() -> netlink.get("get", new NetlinkRequest(TYPE, 0)))
        .hasMessageContaining("ENOMSG");
  }

  @Test
  void shouldReadBackWhatItWrites() {
    NetlinkRequest request = new NetlinkRequest(TYPE, NetlinkRequest.CREATE);
    request.u32(7).text(1, "name").u8(2, 3).u16Network(4, 4789).mac(5, 0x0200_0000_0001L);
    request.nested(6, inside -> inside.text(1, "inner".repeat(100)).u32(2, -5));
    ByteBuffer bytes = ByteBuffer.wrap(request.toBytes(9, 4)).order(ByteOrder.nativeOrder());
    NetlinkMessage.Batch batch = NetlinkMessage.split(bytes);
    assertThat(batch.whole()).isTrue();
    NetlinkMessage read = batch.messages().getFirst();
    Attributes attributes = read.attributes(4);
    assertThat(read.sequence()).isEqualTo(9);
    assertThat(read.s32(0)).isEqualTo(7);
    assertThat(attributes.text(1)).isEqualTo("name");
    assertThat(attributes.u8(2, 0)).isEqualTo(3);
    assertThat(attributes.u16Network(4, 0)).isEqualTo(4789);
    assertThat(attributes.mac(5)).isEqualTo(0x0200_0000_0001L);
    assertThat(attributes.nested(6).text(1)).isEqualTo("inner".repeat(100));
    assertThat(attributes.nested(6).s32(2, 0)).isEqualTo(-5);
    assertThat(attributes.has(77)).isFalse();
  }
}
