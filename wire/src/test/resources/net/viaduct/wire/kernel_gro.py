"""Lets Linux put segments together (GRO): an oracle for the coalescer that is the very thing it imitates.

  unshare -nm python3 kernel_gro.py IN.pcap OUT.pcap      (as root: gro_flush_timeout is not for others)

IN.pcap has trains of frames, an empty frame after each. The frames of a train are written into a tap with NAPI in a fresh
network namespace, so that GRO sees them; a bridge passes what comes of them on to a tap that takes super-frames. What is
read there goes to OUT.pcap, behind its struct virtio_net_hdr, an empty frame after that of each train. GRO waits a while
for the next frame (gro_flush_timeout), but lets go of what is older than a tick of the kernel's clock: so a train may come
in parts by chance, and whoever wants to know what GRO may put together asks more than once.
"""
import fcntl
import os
import select
import struct
import subprocess
import sys

TUNSETIFF, TUNSETOFFLOAD = 0x400454CA, 0x400454D0
IFF_TAP, IFF_NAPI, IFF_NO_PI, IFF_VNET_HDR = 0x0002, 0x0010, 0x1000, 0x4000
EVERY_OFFLOAD = 0x01 | 0x02 | 0x04 | 0x08 | 0x20 | 0x40  # checksum, TSO4, TSO6, ECN, USO4, USO6
FLUSH_NS = 20_000_000
FIRST_SECONDS = 2
QUIET_SECONDS = 0.05


def open_tap(name, flags):
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | flags))
    fcntl.ioctl(tap, TUNSETOFFLOAD, EVERY_OFFLOAD)
    return tap


def read_trains(path):
    with open(path, "rb") as file:
        data = file.read()
    order = ">" if data[:4] == b"\xa1\xb2\xc3\xd4" else "<"
    at, train = 24, []
    while at < len(data):
        length = struct.unpack_from(order + "I", data, at + 8)[0]
        if length:
            train.append(data[at + 16:at + 16 + length])
        else:
            yield train
            train = []
        at += 16 + length


def drain(tap, addresses):
    """Reads what is between these addresses, until it is quiet; the bridge says things of its own."""
    frames, patience = [], FIRST_SECONDS
    while select.select([tap], [], [], patience)[0]:
        frame = os.read(tap, 70000)
        if frame[10:22] == addresses:
            frames.append(frame)
            patience = QUIET_SECONDS
    return frames


def main(source, target):
    with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w") as switch:
        switch.write("1")
    sender, receiver = open_tap("sender", IFF_NAPI), open_tap("receiver", 0)
    for command in ("mount -t sysfs sysfs /sys", "ip link add bridge type bridge forward_delay 0",
                    "ip link set sender master bridge", "ip link set receiver master bridge",
                    "ip link set receiver txqueuelen 10000", "ethtool -K sender gro on rx-udp-gro-forwarding on",
                    "ip link set bridge up", "ip link set sender up", "ip link set receiver up"):
        subprocess.run(command.split(), check=True)
    with open("/sys/class/net/sender/gro_flush_timeout", "w") as timeout:
        timeout.write(str(FLUSH_NS))
    with open(target, "wb") as out:
        out.write(struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for train in read_trains(source):
            for frame in train:
                os.write(sender, bytes(10) + frame)
            for unit in drain(receiver, train[0][:12]) + [b""]:
                out.write(struct.pack(">IIII", 0, 0, len(unit), len(unit)) + unit)


main(sys.argv[1], sys.argv[2])
