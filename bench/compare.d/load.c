/*
 * The load of bench/compare: UDP floods, paced UDP, round trips, and bytes by TCP that are compared.
 *
 * In C and not in Java, because sender and receiver share the machine's cores with the system that is
 * measured: a compiler and a collector beside it would cost each system a different part of its time,
 * and short runs would measure the warm-up of the generator. TCP throughput is iperf3's.
 *
 *   load receive PORT QUIET_MS LONGEST_S           count datagrams until it has been quiet, or the time is over
 *   load send ADDRESS PORT RATE SECONDS FLOWS      RATE 0: as fast as it goes; else datagrams a second
 *   load answer PORT                               return what comes, by UDP and TCP, until killed
 *   load ask udp|tcp ADDRESS PORT SECONDS          one request at a time
 *   load take PORT                                 compare what one connection brings with what was given
 *   load give ADDRESS PORT BYTES                   send so many bytes that look random, in pieces of all sizes
 *
 * Datagrams have 64 bytes of payload: a sequence number of their flow and the flow. Flows are sockets of
 * their own; with several, consecutive datagrams belong to different flows. Output is "name=value ...".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PAYLOAD_BYTES = 64, BATCH = 64, MOST_FLOWS = 64, SOCKET_BUFFER_BYTES = 16 << 20, MOST_CLIENTS = 16 };

struct payload {
    uint64_t sequence;
    uint32_t flow;
    char rest[PAYLOAD_BYTES - 12];
} __attribute__((packed));

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static struct sockaddr_in address(const char *ip, int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (ip && inet_pton(AF_INET, ip, &a.sin_addr) != 1) {
        fprintf(stderr, "load: not an IPv4 address: %s\n", ip);
        exit(2);
    }
    return a;
}

static int udp_socket(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("UDP socket");
    int bytes = SOCKET_BUFFER_BYTES;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes)) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    return fd;
}

static int bound_udp(int port) {
    int fd = udp_socket();
    struct sockaddr_in a = address(NULL, port);
    if (bind(fd, (struct sockaddr *)&a, sizeof a)) fail("bind");
    return fd;
}

static void ready(void) {
    puts("ready");
    fflush(stdout);
}

static struct payload payloads[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

static void prepare_batch(void) {
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){&payloads[i], sizeof payloads[i]};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
}

static int receive(int port, int quiet_ms, double longest_s) {
    static uint64_t next[MOST_FLOWS];
    uint64_t received = 0, late = 0;
    double first = 0, last = 0, end = now_s() + longest_s;
    int fd = bound_udp(port);
    prepare_batch();
    ready();
    for (;;) {
        double now = now_s();
        if (now > end) break;
        struct pollfd p = {fd, POLLIN, 0};
        int timeout = received ? quiet_ms : (int)((end - now) * 1000) + 1;
        int n = poll(&p, 1, timeout);
        if (n < 0) fail("poll");
        if (n == 0) break;
        while ((n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL)) > 0) {
            last = now_s();
            if (!received) first = last;
            received += n;
            for (int i = 0; i < n; i++) {
                uint32_t flow = payloads[i].flow % MOST_FLOWS;
                if (payloads[i].sequence < next[flow]) late++;
                else next[flow] = payloads[i].sequence + 1;
            }
            if (last > end) break;
        }
    }
    double lasted = last > first ? last - first : 1;
    printf("received=%lu per_second=%.0f out_of_order=%lu\n", received, received / lasted, late);
    return 0;
}

/* One batch: flow by flow a run of its own if there is one flow, else one datagram of each in turn. */
static int send_batch(const int *sockets, uint64_t *sequences, int flows, int count) {
    int sent = 0;
    if (flows == 1) {
        for (int i = 0; i < count; i++) payloads[i].sequence = sequences[0] + i;
        sent = sendmmsg(sockets[0], messages, count, 0);
        if (sent > 0) sequences[0] += sent;
        return sent > 0 ? sent : 0;
    }
    static int turn;
    for (int i = 0; i < count; i++) {
        turn = (turn + 1) % flows;
        payloads[0].flow = turn;
        payloads[0].sequence = sequences[turn];
        if (send(sockets[turn], &payloads[0], sizeof payloads[0], 0) == sizeof payloads[0]) {
            sequences[turn]++;
            sent++;
        }
    }
    return sent;
}

static int send_all(const char *ip, int port, double rate, double seconds, int flows) {
    static uint64_t sequences[MOST_FLOWS];
    int sockets[MOST_FLOWS];
    struct sockaddr_in to = address(ip, port);
    if (flows < 1 || flows > MOST_FLOWS) {
        fprintf(stderr, "load: 1 to %d flows\n", MOST_FLOWS);
        return 2;
    }
    for (int i = 0; i < flows; i++) {
        sockets[i] = udp_socket();
        int on = 1; /* 192.168.50.255 is everybody */
        if (setsockopt(sockets[i], SOL_SOCKET, SO_BROADCAST, &on, sizeof on)) fail("SO_BROADCAST");
        if (connect(sockets[i], (struct sockaddr *)&to, sizeof to)) fail("connect");
    }
    prepare_batch();
    uint64_t sent = 0, refused = 0;
    double start = now_s(), now = start;
    while (now - start < seconds) {
        int count = BATCH;
        if (rate > 0) { /* paced: sleep, then send what has become due; never spin, the core is shared */
            double due = (now - start) * rate - sent;
            if (due < 1) {
                struct timespec pause = {0, 100000};
                nanosleep(&pause, NULL);
                now = now_s();
                continue;
            }
            if (due < BATCH) count = due;
        }
        int done = send_batch(sockets, sequences, flows, count);
        sent += done;
        refused += count - done;
        now = now_s();
    }
    printf("sent=%lu per_second=%.0f refused=%lu\n", sent, sent / (now - start), refused);
    return 0;
}

static void answer_udp(int fd) {
    static char bytes[65536];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t n = recvfrom(fd, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&from, &length);
    if (n >= 0) sendto(fd, bytes, n, 0, (struct sockaddr *)&from, length);
}

/* Returns whether the connection goes on. */
static int answer_tcp(int fd) {
    static char bytes[65536];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    return n > 0 && send(fd, bytes, n, MSG_NOSIGNAL) == n;
}

_Noreturn static void answer(int port) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = address(NULL, port);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, MOST_CLIENTS)) fail("listen");
    struct pollfd polled[2 + MOST_CLIENTS] = {{bound_udp(port), POLLIN, 0}, {listener, POLLIN, 0}};
    int count = 2;
    ready();
    for (;;) {
        if (poll(polled, count, -1) < 0) fail("poll");
        if (polled[0].revents) answer_udp(polled[0].fd);
        for (int i = count - 1; i >= 2; i--) {
            if (polled[i].revents && !answer_tcp(polled[i].fd)) {
                close(polled[i].fd);
                polled[i] = polled[--count];
            }
        }
        if (polled[1].revents && count < 2 + MOST_CLIENTS) {
            int client = accept(listener, NULL, NULL);
            if (client < 0) continue;
            setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            polled[count++] = (struct pollfd){client, POLLIN, 0};
        }
    }
}

static int compare_floats(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

/* Waits for the answer to a request; 0 if it does not come in time. */
static int await_answer(int fd, int tcp, const struct payload *request) {
    struct payload reply;
    for (;;) {
        size_t got = 0;
        while (got < sizeof reply) {
            ssize_t n = recv(fd, (char *)&reply + got, sizeof reply - got, 0);
            if (n <= 0) return 0;
            got += n;
            if (!tcp) break;
        }
        if (reply.sequence == request->sequence) return 1; /* an answer that came too late is passed over */
    }
}

static int ask(int tcp, const char *ip, int port, double seconds) {
    enum { MOST = 1 << 22 };
    struct sockaddr_in to = address(ip, port);
    int one = 1, fd = tcp ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : udp_socket();
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) fail("connect");
    if (tcp) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct timeval patience = {tcp ? 5 : 0, tcp ? 0 : 200000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    float *us = malloc(MOST * sizeof *us);
    if (!us) fail("memory");
    struct payload request = {0};
    size_t answered = 0, lost = 0;
    double start = now_s(), asked = start;
    while (asked - start < seconds && answered < MOST) {
        request.sequence++;
        int ok = send(fd, &request, sizeof request, MSG_NOSIGNAL) == sizeof request && await_answer(fd, tcp, &request);
        double now = now_s();
        if (ok) us[answered++] = (now - asked) * 1e6;
        else if (tcp) fail("round trip by TCP");
        else lost++;
        asked = now;
    }
    if (!answered) {
        fprintf(stderr, "load: no answer to %zu requests\n", lost);
        return 1;
    }
    qsort(us, answered, sizeof *us, compare_floats);
    printf("per_second=%.0f p50_us=%.1f p99_us=%.1f most_us=%.1f lost=%zu\n", answered / (asked - start), us[answered / 2],
           us[answered * 99 / 100], us[answered - 1], lost);
    return 0;
}

/* The bytes of 'give', the same in each run: splitmix64. */
enum { PIECE_WORDS = 32768 };
static uint64_t piece[PIECE_WORDS], piece_state;

static void next_piece(void) {
    for (int i = 0; i < PIECE_WORDS; i++) {
        uint64_t z = (piece_state += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        piece[i] = z ^ (z >> 31);
    }
}

static int give(const char *ip, int port, double bytes) {
    struct sockaddr_in to = address(ip, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) fail("connect");
    uint64_t left = bytes;
    uint32_t turn = 1;
    while (left) {
        next_piece();
        for (size_t at = 0; at < sizeof piece && left;) {
            turn = turn * 1664525 + 1013904223;
            size_t size = (turn >> 8) % 4 ? 1 + (turn >> 10) % 100000 : 1 + (turn >> 10) % 3000;
            if (size > sizeof piece - at) size = sizeof piece - at;
            if (size > left) size = left;
            ssize_t n = send(fd, (char *)piece + at, size, MSG_NOSIGNAL);
            if (n < 0) fail("send");
            at += n;
            left -= n;
        }
    }
    if (shutdown(fd, SHUT_WR)) fail("shutdown");
    char end;
    if (read(fd, &end, 1) != 0) fail("the other end");
    printf("given=%.0f\n", bytes);
    return 0;
}

static int take(int port) {
    struct sockaddr_in here = address(NULL, port);
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 1))
        fail("listen");
    ready();
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) fail("accept");
    static char came[sizeof piece];
    uint64_t bytes = 0, wrong = 0;
    double start = now_s();
    for (;;) {
        next_piece();
        size_t size = 0;
        ssize_t n = 1;
        while (size < sizeof came && (n = read(fd, came + size, sizeof came - size)) > 0) size += n;
        if (n < 0) fail("read");
        if (memcmp(came, piece, size))
            for (size_t i = 0; i < size; i++) wrong += came[i] != ((char *)piece)[i];
        bytes += size;
        if (n == 0) break;
    }
    printf("bytes=%lu wrong=%lu gbps=%.2f\n", bytes, wrong, bytes * 8 / 1e9 / (now_s() - start));
    return wrong != 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "receive") && argc == 5) return receive(atoi(argv[2]), atoi(argv[3]), atof(argv[4]));
    if (!strcmp(what, "send") && argc == 7)
        return send_all(argv[2], atoi(argv[3]), atof(argv[4]), atof(argv[5]), atoi(argv[6]));
    if (!strcmp(what, "answer") && argc == 3) answer(atoi(argv[2]));
    if (!strcmp(what, "ask") && argc == 6) return ask(!strcmp(argv[2], "tcp"), argv[3], atoi(argv[4]), atof(argv[5]));
    if (!strcmp(what, "take") && argc == 3) return take(atoi(argv[2]));
    if (!strcmp(what, "give") && argc == 5) return give(argv[2], atoi(argv[3]), atof(argv[4]));
    fprintf(stderr, "usage: load receive|send|answer|ask|take|give ...   (see the head of load.c)\n");
    return 2;
}
