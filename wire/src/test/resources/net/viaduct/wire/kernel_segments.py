"""Lets Linux cut super-frames: an oracle for the segmenter that is the very thing it imitates.

  unshare -rn python3 kernel_segments.py IN.pcap OUT.pcap < ARGUMENTS

Each line of ARGUMENTS is about a frame of IN.pcap: gso_type hdr_len gso_size csum_start csum_offset, the fields of
struct virtio_net_hdr. The frames are written into a tap in a fresh network namespace; a bridge passes them on to a
tap that takes no super-frames, so that the kernel cuts them in software. What comes out goes to OUT.pcap, an empty
frame after the segments of each.
"""
import fcntl
import os
import select
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x0002, 0x1000, 0x4000
NEEDS_CSUM = 1
FIRST_SECONDS = 2
QUIET_SECONDS = 0.02


def open_tap(name, flags):
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI | flags))
    return tap


def read_capture(path):
    with open(path, "rb") as file:
        data = file.read()
    order = ">" if data[:4] == b"\xa1\xb2\xc3\xd4" else "<"
    at = 24
    while at < len(data):
        length = struct.unpack_from(order + "I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def drain(tap, addresses):
    """Reads what is between these addresses, until it is quiet; the bridge says things of its own."""
    frames, patience = [], FIRST_SECONDS
    while select.select([tap], [], [], patience)[0]:
        frame = os.read(tap, 70000)
        if frame[:12] == addresses:
            frames.append(frame)
            patience = QUIET_SECONDS
    return frames


def main(source, target):
    with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w") as switch:
        switch.write("1")
    sender, receiver = open_tap("sender", IFF_VNET_HDR), open_tap("receiver", 0)
    for command in ("link add bridge type bridge forward_delay 0",
                    "link set sender mtu 65521 master bridge", "link set receiver mtu 65521 master bridge",
                    "link set receiver txqueuelen 10000", "link set bridge up", "link set sender up",
                    "link set receiver up"):
        subprocess.run(["ip"] + command.split(), check=True)
    with open(target, "wb") as out:
        out.write(struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for line, frame in zip(sys.stdin, read_capture(source)):
            kind, header, size, start, offset = map(int, line.split())
            os.write(sender, struct.pack("=BBHHHH", NEEDS_CSUM, kind, header, size, start, offset) + frame)
            for segment in drain(receiver, frame[:12]) + [b""]:
                out.write(struct.pack(">IIII", 0, 0, len(segment), len(segment)) + segment)


main(sys.argv[1], sys.argv[2])
