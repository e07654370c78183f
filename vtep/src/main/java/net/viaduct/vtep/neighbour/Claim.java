package net.viaduct.vtep.neighbour;

import net.viaduct.wire.IpAddress;

/** That a station has an address. Owned by the data-path thread; one object for all frames. */
final class Claim {
  long high;
  long low;
  long mac;

  Claim() {}

  Claim of(long addressHigh, long addressLow, long station) {
    high = addressHigh;
    low = addressLow;
    mac = station;
    return this;
  }

  Claim ofIpv4(int address, long station) {
    return of(0, IpAddress.ipv4Low(address), station);
  }
}
