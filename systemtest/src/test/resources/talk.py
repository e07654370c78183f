"""What one machine says to another: TCP with urgent bytes and ECN, UDP of all sizes, IPv4 and IPv6.

talk.py answer              at the other machine, first; prints "ready"
talk.py ask ADDRESS...      prints "done"
"""
import hashlib, random, socket, sys

TCP, UDP = 7001, 7002
SIZES = [0, 1, 17, 18, 46, 512, 1399, 1400, 1472, 3000, 9000]
SEGMENT, SEGMENTS = 1000, 20
END = b"that was all that there is to say"  # whoever captures waits for it
UDP_SEGMENT = 103  # linux/udp.h
BYTES = 4 << 20


def receive(stream, count):
    data = b""
    while len(data) < count:
        piece = stream.recv(count - len(data))
        if not piece:
            raise SystemExit("the stream ends after %d of %d bytes" % (len(data), count))
        data += piece
    return data


def answer():
    family = socket.AF_INET6  # and IPv4 by it
    server = socket.create_server(("::", TCP), family=family, dualstack_ipv6=True)
    datagrams = socket.socket(family, socket.SOCK_DGRAM)
    datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    datagrams.bind(("::", UDP))
    print("ready", flush=True)
    while True:
        stream, _ = server.accept()
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        digest = hashlib.sha256(receive(stream, BYTES)).digest()
        stream.sendall(digest + bytes(BYTES))
        for _ in range(len(SIZES) + SEGMENTS):
            data, sender = datagrams.recvfrom(65535)
            datagrams.sendto(data, sender)
        stream.close()


def ask(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    chance = random.Random(1)
    data = chance.randbytes(BYTES)
    stream = socket.socket(family, socket.SOCK_STREAM)
    if family == socket.AF_INET:
        stream.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x48)
    else:
        stream.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 0x48)
    stream.connect((address, TCP))
    at = 0
    while at < BYTES:
        if chance.random() < 0.02:
            at += stream.send(data[at : at + 1], socket.MSG_OOB)
        size = chance.choice([1, 99, 1448, 5000, 65536, 200000])
        stream.sendall(data[at : at + size])
        at += size
    if receive(stream, 32) != hashlib.sha256(data).digest():
        raise SystemExit("other bytes arrived than were sent")
    receive(stream, BYTES)
    datagrams = socket.socket(family, socket.SOCK_DGRAM)
    datagrams.settimeout(10)
    for size in SIZES:
        datagrams.sendto(data[:size], (address, UDP))
        if datagrams.recv(65535) != data[:size]:
            raise SystemExit("another datagram came back")
    datagrams.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, SEGMENT)
    datagrams.sendto(data[: SEGMENT * SEGMENTS], (address, UDP))
    back = b"".join(datagrams.recv(65535) for _ in range(SEGMENTS))
    if back != data[: SEGMENT * SEGMENTS]:
        raise SystemExit("other datagrams came back")
    return datagrams


if sys.argv[1] == "answer":
    answer()
for each in sys.argv[2:]:
    last = ask(each)
last.sendto(END, (each, UDP))
print("done")
