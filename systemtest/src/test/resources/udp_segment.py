"""Sends UDP by super-frames (UDP_SEGMENT), or counts what of it arrives whole.

udp_segment.py receive ADDRESS DATAGRAMS   exits with 0 when so many different ones arrived
udp_segment.py send ADDRESS DATAGRAMS      for ever
"""
import socket, struct, sys, time

PORT, SEGMENT_BYTES, SEGMENTS, UDP, UDP_SEGMENT = 7777, 1200, 30, 17, 103
mode, address, datagrams = sys.argv[1], sys.argv[2], int(sys.argv[3])
udp = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
if mode == "receive":
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    udp.bind((address, PORT))
    udp.settimeout(20)
    print("ready", flush=True)
    seen = set()
    while len(seen) < datagrams:
        payload = udp.recv(65536)
        if len(payload) != SEGMENT_BYTES or payload != payload[:4] * (SEGMENT_BYTES // 4):
            sys.exit("damaged: %d bytes" % len(payload))
        seen.add(payload[:4])
else:
    udp.setsockopt(UDP, UDP_SEGMENT, SEGMENT_BYTES)
    number = 0
    while True:  # what a full buffer loses comes again; whoever started this ends it
        time.sleep(0.01)
        burst = b"".join(struct.pack("!I", number + i) * (SEGMENT_BYTES // 4) for i in range(SEGMENTS))
        udp.sendto(burst, (address, PORT))
        number = (number + SEGMENTS) % datagrams
