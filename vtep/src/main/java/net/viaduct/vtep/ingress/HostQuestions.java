package net.viaduct.vtep.ingress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Who is told what hosts that run Viaduct ask each other beside all networks, in datagrams whose
 * VXLAN header has no VNI. Owned by the data-path thread.
 */
public interface HostQuestions {
  /** Nobody is asked anything. */
  HostQuestions NONE =
      new HostQuestions() {
        @Override
        public DropReason take(Frame datagram) {
          return DropReason.VNI_FLAG_MISSING;
        }

        @Override
        public void flush() {}
      };

  /**
   * A datagram without a VNI.
   *
   * @return null if it was taken, or why not
   */
  @Nullable DropReason take(Frame datagram);

  /** All datagrams that are here have been worked through: answers are to be sent. */
  void flush();
}
