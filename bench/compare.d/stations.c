/*
 * The load of bench/tables: many stations, as remotes and machines would send their frames.
 *
 *   stations teach TO PORT REMOTES NETWORKS FIRST COUNT RATE SECONDS
 *       VXLAN datagrams to TO:PORT from 10.77.1.1 and so on, of which this machine must have REMOTES; their frames are
 *       from stations FIRST up to FIRST+COUNT, one after the other, to everybody. RATE a second, 0: as fast as it
 *       goes. SECONDS 0: each station once; else again and again, for so long.
 *   stations frames DEVICE NETWORKS COUNT RATE SECONDS
 *       Frames of 64 bytes of payload to stations below COUNT, at random, with the VLANs of their networks.
 *   stations count PORT QUIET_MS LONGEST_S
 *       Counts datagrams until it has been quiet, or the time is over.
 *
 * Station N has the MAC address 02:00:NN:NN:NN:NN, is in network N % NETWORKS (VLAN and VNI are one more), and behind
 * remote N / 64 % REMOTES. Output is "name=value ...".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, MOST_REMOTES = 250, BUFFER_BYTES = 16 << 20, VXLAN_BYTES = 8, FRAME_BYTES = 78, TRAIN_BYTES = 65536 };

static unsigned char bytes[BATCH][VXLAN_BYTES + FRAME_BYTES];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

static void fail(const char *what) {
    fprintf(stderr, "stations: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void prepare(size_t skip, size_t length) {
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){bytes[i] + skip, length};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
}

static void write_mac(unsigned char *at, uint32_t station) {
    at[0] = 2, at[1] = 0;
    for (int i = 0; i < 4; i++) at[2 + i] = station >> (24 - 8 * i);
}

/* How many are due, at most a batch; sleeps and returns 0 if none. Never spins: the core may be shared. */
static int due(double start, double rate, uint64_t sent) {
    if (rate <= 0) return BATCH;
    double count = (now_s() - start) * rate - sent;
    if (count < 1) {
        nanosleep(&(struct timespec){0, 100000}, NULL);
        return 0;
    }
    return count < BATCH ? (int)count : BATCH;
}

static int teach(char **a) {
    int port = atoi(a[1]), remotes = atoi(a[2]), networks = atoi(a[3]), sockets[MOST_REMOTES];
    uint64_t first = atoll(a[4]), count = atoll(a[5]), sent = 0, refused = 0;
    double rate = atof(a[6]), seconds = atof(a[7]);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, a[0], &to.sin_addr) != 1 || remotes < 1 || remotes > MOST_REMOTES) return 2;
    for (int i = 0; i < remotes; i++) {
        struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a4d0101 + i)};
        if ((sockets[i] = socket(AF_INET, SOCK_DGRAM, 0)) < 0 || bind(sockets[i], (struct sockaddr *)&from, sizeof from) ||
            connect(sockets[i], (struct sockaddr *)&to, sizeof to))
            fail("socket of a remote");
    }
    prepare(0, VXLAN_BYTES + 60);
    for (int i = 0; i < BATCH; i++) {
        bytes[i][0] = 8;
        memset(bytes[i] + VXLAN_BYTES, 0xff, 6);
        bytes[i][VXLAN_BYTES + 12] = 0x88, bytes[i][VXLAN_BYTES + 13] = 0xb5;
    }
    double start = now_s();
    while (seconds > 0 ? now_s() - start < seconds : sent < count) {
        int n = due(start, rate, sent);
        uint64_t at = sent % count, room = BATCH - (first + at) % BATCH;
        if ((uint64_t)n > room) n = room;
        if ((uint64_t)n > count - at) n = count - at;
        if (n == 0) continue;
        for (int i = 0; i < n; i++) {
            uint32_t station = first + at + i, vni = station % networks + 1;
            bytes[i][4] = vni >> 16, bytes[i][5] = vni >> 8, bytes[i][6] = vni;
            write_mac(bytes[i] + VXLAN_BYTES + 6, station);
        }
        int done = sendmmsg(sockets[(first + at) / BATCH % remotes], messages, n, 0);
        if (done < n) refused += n - (done < 0 ? 0 : done);
        sent += n;
    }
    printf("sent=%lu per_second=%.0f refused=%lu\n", sent, sent / (now_s() - start), refused);
    return 0;
}

static uint64_t random_state = 88172645463325252u;

static uint64_t random_number(void) { /* xorshift */
    random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
    return random_state;
}

static int frames(char **a) {
    int networks = atoi(a[1]), fd = socket(AF_PACKET, SOCK_RAW, 0);
    uint64_t count = atoll(a[2]), sent = 0;
    double rate = atof(a[3]), seconds = atof(a[4]);
    struct sockaddr_ll device = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(a[0])};
    if (fd < 0 || bind(fd, (struct sockaddr *)&device, sizeof device)) fail("packet socket");
    prepare(0, FRAME_BYTES + 4);
    double start = now_s();
    while (now_s() - start < seconds) {
        int n = due(start, rate, sent);
        for (int i = 0; i < n; i++) {
            uint32_t station = random_number() % count, vlan = station % networks + 1;
            write_mac(bytes[i], station);
            write_mac(bytes[i] + 6, 0xff000000u);
            bytes[i][12] = 0x81, bytes[i][13] = 0, bytes[i][14] = vlan >> 8, bytes[i][15] = vlan;
            bytes[i][16] = 0x88, bytes[i][17] = 0xb5;
        }
        int done = n > 0 ? sendmmsg(fd, messages, n, 0) : 0;
        if (done > 0) sent += done;
    }
    printf("sent=%lu per_second=%.0f\n", sent, sent / (now_s() - start));
    return 0;
}

/* How many datagrams a message is that the kernel's UDP_GRO put together. */
static int datagrams(struct msghdr *message, int length) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
        if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
            int segment;
            memcpy(&segment, CMSG_DATA(c), sizeof segment);
            return (length + segment - 1) / segment;
        }
    return 1;
}

static int count_datagrams(char **a) {
    static char train[BATCH][TRAIN_BYTES], control[BATCH][CMSG_SPACE(sizeof(int))];
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(atoi(a[0]))};
    int one = 1, buffer = BUFFER_BYTES, fd = socket(AF_INET, SOCK_DGRAM, 0), quiet_ms = atoi(a[1]);
    uint64_t received = 0;
    double first = 0, last = 0, end = now_s() + atof(a[2]);
    if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any)) fail("bind");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one);
    puts("ready");
    fflush(stdout);
    while (now_s() < end) {
        struct pollfd p = {fd, POLLIN, 0};
        if (poll(&p, 1, received ? quiet_ms : (int)((end - now_s()) * 1000) + 1) <= 0) break;
        for (int i = 0; i < BATCH; i++) {
            vectors[i] = (struct iovec){train[i], TRAIN_BYTES};
            messages[i].msg_hdr = (struct msghdr){
                .msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = control[i], .msg_controllen = sizeof control[i]};
        }
        int n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
        last = now_s();
        if (!received) first = last;
        for (int i = 0; i < n; i++) received += datagrams(&messages[i].msg_hdr, messages[i].msg_len);
    }
    printf("received=%lu per_second=%.0f\n", received, received / (last > first ? last - first : 1));
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 10 && !strcmp(argv[1], "teach")) return teach(argv + 2);
    if (argc == 7 && !strcmp(argv[1], "frames")) return frames(argv + 2);
    if (argc == 5 && !strcmp(argv[1], "count")) return count_datagrams(argv + 2);
    fprintf(stderr, "usage: stations teach|frames|count ...   (see the head of stations.c)\n");
    return 2;
}
