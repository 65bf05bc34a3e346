// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo service.
#include "echo_tcp.h"

#include "address_ip6.h"
#include "held.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "text.h"

// The life of a connection. The callbacks record what happened; conn_advance() alone decides.
//
// | state    | event                         | action                        | next     |
// |----------|-------------------------------|-------------------------------|----------|
// | free     | accepted, hold_octets > 0     |                               | HOLDING  |
// | free     | accepted, hold_octets = 0     |                               | ECHOING  |
// | HOLDING  | more than hold_octets held    |                               | ECHOING  |
// | HOLDING  | peer's FIN                    |                               | DRAINING |
// | ECHOING  | octets to write               | write as many as lwIP takes   | ECHOING  |
// | ECHOING  | peer's FIN                    |                               | DRAINING |
// | DRAINING | octets to write               | write as many as lwIP takes   | DRAINING |
// | DRAINING | nothing held                  | close: our FIN                | free     |
// | any      | idle timeout without progress | abort: RST                    | free     |
// | any      | too many receive buffers held | abort: RST                    | free     |
// | any      | service stopped               | abort: RST                    | free     |
// | any      | peer's RST, lwIP gave up      | release what is held          | free     |
enum conn_state {
    HOLDING,  // the peer sends, nothing is echoed yet
    ECHOING,  // the peer sends, everything is echoed
    DRAINING, // the peer has sent its FIN, the rest is echoed
};

struct conn {
    struct tcp_pcb *pcb; // NULL: free
    struct held held;    // received and not acknowledged
    u32_t progress_ms;   // when octets last came in or were acknowledged
    COUNTER_T octets_in;
    COUNTER_T octets_out;
    ip_addr_t peer_ip;     // a copy: the PCB is gone when lwIP reports an error
    tcpwnd_size_t reopens; // octets that the receive window is to grow by
    u16_t peer_port;
    enum conn_state state;
    bool is_idle; // for longer than the idle timeout
};

enum {
    REFUSAL_PAUSE_MS = 1000, // between lines about refusals
};

struct echo_tcp_counters echo_tcp_counters;
COUNTERS_DEFINE(echo_tcp_counters_info, "echo_tcp", ECHO_TCP_COUNTERS, echo_tcp_counters);

static struct echo_tcp_config config;
static struct tcp_pcb *listener;
static u32_t refusal_logged_ms;
static struct conn conns[ECHO_TCP_CONNECTIONS_MAX];
static u16_t conns_open;

/// Makes `conn` free, with all that it holds.
static void conn_release(struct conn *conn)
{
    COUNT_BY(echo_tcp_counters.octets_discarded, conn->held.octets);
    held_clear(&conn->held);
    conn->pcb = NULL;
    conns_open--;
}

/// Logs the end of a connection and makes it free.
static void conn_end(struct conn *conn, const char *reason)
{
    conn_release(conn);
    LWIP_PLATFORM_DIAG(("tcp: close peer=%s reason=%s octets_in=%" COUNTER_F
                        " octets_out=%" COUNTER_F " open=%u",
                        text_endpoint(&conn->peer_ip, conn->peer_port).text, reason,
                        conn->octets_in, conn->octets_out, (unsigned)conns_open));
}

/// Takes our callbacks off `pcb`, which lwIP may then free at any time.
static void pcb_detach(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    tcp_err(pcb, NULL);
}

/// Resets the connection. Returns what a callback of lwIP must return then.
static err_t conn_abort(struct conn *conn, const char *reason, COUNTER_T *counter)
{
    COUNT(*counter);
    pcb_detach(conn->pcb);
    tcp_abort(conn->pcb); // before the buffers that its segments refer to are freed
    conn_end(conn, reason);
    return ERR_ABRT;
}

/// Notes that the peer needs `octets` no more, and what may come in their place.
static void conn_acknowledge(struct conn *conn, u16_t octets)
{
    conn->reopens = (tcpwnd_size_t)(conn->reopens + held_acknowledge(&conn->held, octets));
}

/// Hands one slice to lwIP, a smaller one if nothing under way would bring us here again.
/// Returns the octets taken.
static u16_t slice_write(struct tcp_pcb *pcb, const void *data, u16_t octets, u8_t flags)
{
    while (octets > 0 && tcp_write(pcb, data, octets, flags) != ERR_OK) {
        if (!DEFENCE_IS_ON(&echo_tcp_counters.write_retries)) {
            return octets; // as if it had been taken
        }
        COUNT(echo_tcp_counters.write_retries);
        octets = tcp_sndqueuelen(pcb) > 0 ? 0 : octets / 2;
    }
    return octets;
}

/// Returns whether a segment that was lost waits to be sent again, because the link or the peer's
/// window did not take it at once. lwIP would put new octets right behind it, into the same
/// segment, where those belong that were sent after it.
static bool retransmission_waits(const struct tcp_pcb *pcb)
{
    const struct tcp_seg *last = pcb->unsent;
    while (last != NULL && last->next != NULL) {
        last = last->next;
    }
    return last != NULL && lwip_ntohl(last->tcphdr->seqno) + TCP_TCPLEN(last) != pcb->snd_lbb;
}

/// Returns how many octets lwIP may be given at once, 0 when it has enough.
static u16_t write_limit(const struct tcp_pcb *pcb)
{
    // Until the peer has offered a window, lwIP makes segments of any length, and asserts when they
    // wait for a window that turns out to be small: a single octet fits them all.
    if (pcb->snd_wnd_max < 2) {
        return tcp_sndqueuelen(pcb) == 0 ? 1 : 0;
    }
    if (retransmission_waits(pcb)) {
        return 0;
    }
    return (u16_t)LWIP_MIN(tcp_mss(pcb), tcp_sndbuf(pcb));
}

/// Hands lwIP as much as it takes; lwIP sends it when the callback returns.
static void conn_write(struct conn *conn)
{
    u16_t taken;
    bool left; // to write, when all that was tried was taken
    do {
        struct held_slice slice = held_next(&conn->held);
        if (slice.octets == 0) {
            return;
        }
        u16_t limit = write_limit(conn->pcb);
        u16_t octets = LWIP_MIN(slice.octets, limit);
        bool more = octets < slice.octets || !slice.last;
        taken = slice_write(conn->pcb, slice.data, octets, more ? TCP_WRITE_FLAG_MORE : 0);
        held_written(&conn->held, taken);
        left = more || taken < octets;
    } while (taken > 0 && left);
}

static void window_reopen(struct conn *conn)
{
    tcpwnd_size_t octets = conn->reopens;
    conn->reopens = 0;
    while (octets > 0) {
        u16_t n = (u16_t)LWIP_MIN(octets, 0xffff); // as much as one call takes
        octets = (tcpwnd_size_t)(octets - n);
        tcp_recved(conn->pcb, n);
    }
}

/// Answers the peer's FIN. lwIP itself waits for the memory that ours takes.
static err_t conn_close(struct conn *conn)
{
    // Not tcp_close(), which may free the PCB at once: it must be there to take our callbacks off.
    // What else it could return an error for, the next poll tries again.
    if (tcp_shutdown(conn->pcb, 0, 1) != ERR_OK) {
        return ERR_OK;
    }
    COUNT(echo_tcp_counters.closed);
    pcb_detach(conn->pcb);
    conn_end(conn, "finished");
    return ERR_OK;
}

/// Returns whether more octets came than may be held back, or could come.
static bool conn_hold_ends(const struct conn *conn)
{
    u32_t most = TCP_WND_MAX(conn->pcb) - (1 << TCP_RCV_SCALE); // as ECHO_TCP_HOLD_MAX, this peer's
    return conn->held.octets > LWIP_MIN(config.hold_octets, most);
}

/// Decides and acts: the only place that writes, closes or aborts.
static err_t conn_advance(struct conn *conn)
{
    if (conn->held.buffers > ECHO_TCP_CONNECTION_BUFFERS) {
        return conn_abort(conn, "buffers", &echo_tcp_counters.aborted_buffers);
    }
    if (conn->is_idle && DEFENCE_IS_ON(&echo_tcp_counters.aborted_idle)) {
        return conn_abort(conn, "idle", &echo_tcp_counters.aborted_idle);
    }
    if (conn->state == HOLDING && conn_hold_ends(conn)) {
        conn->state = ECHOING;
    }
    if (conn->state != HOLDING) {
        conn_write(conn);
    }
    window_reopen(conn); // after the octets that may tell the peer of it
    if (conn->state == DRAINING && conn->held.head == NULL) {
        return conn_close(conn);
    }
    return ERR_OK;
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    LWIP_UNUSED_ARG(pcb);
    LWIP_UNUSED_ARG(err); // lwIP passes nothing but ERR_OK
    struct conn *conn = arg;
    conn->progress_ms = sys_now();
    if (p == NULL) {
        conn->state = DRAINING;
        return conn_advance(conn);
    }
    if (config.verbose) {
        LWIP_PLATFORM_DIAG(("tcp: received peer=%s octets=%u data=%s",
                            text_endpoint(&conn->peer_ip, conn->peer_port).text,
                            (unsigned)p->tot_len, text_data(p).text));
    }
    conn->octets_in += p->tot_len;
    COUNT_BY(echo_tcp_counters.octets_in, p->tot_len);
    held_append(&conn->held, p);
    return conn_advance(conn);
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t octets)
{
    LWIP_UNUSED_ARG(pcb);
    struct conn *conn = arg;
    conn->progress_ms = sys_now();
    conn->octets_out += octets;
    COUNT_BY(echo_tcp_counters.octets_out, octets);
    conn_acknowledge(conn, octets);
    return conn_advance(conn);
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    LWIP_UNUSED_ARG(pcb);
    struct conn *conn = arg;
    conn->is_idle =
        config.idle_timeout_s != 0 && sys_now() - conn->progress_ms >= config.idle_timeout_s * 1000;
    return conn_advance(conn);
}

/// The connection is gone and so is its PCB.
static void on_err(void *arg, err_t err)
{
    LWIP_UNUSED_ARG(err);
    struct conn *conn = arg;
    COUNT(echo_tcp_counters.reset);
    conn_end(conn, "reset");
}

/// Takes a free connection for `pcb`; there is one.
static void conn_open(struct tcp_pcb *pcb)
{
    enum {
        POLL_HALF_SECONDS = 2, // the resolution of the idle timeout, and the pause before a retry
    };
    struct conn *conn = conns;
    while (conn->pcb != NULL) {
        conn++;
    }
    conns_open++;
    *conn = (struct conn){
        .pcb = pcb,
        .state = config.hold_octets > 0 ? HOLDING : ECHOING,
        .progress_ms = sys_now(),
        .peer_ip = pcb->remote_ip,
        .peer_port = pcb->remote_port,
    };
    tcp_nagle_disable(pcb);
    tcp_arg(pcb, conn);
    tcp_recv(pcb, on_recv);
    tcp_sent(pcb, on_sent);
    tcp_poll(pcb, on_poll, POLL_HALF_SECONDS);
    tcp_err(pcb, on_err);
}

static u16_t peer_connections(const ip_addr_t *peer)
{
    u16_t n = 0;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(conns); i++) {
        if (conns[i].pcb != NULL && address_is_same_peer(&conns[i].peer_ip, peer)) {
            n++;
        }
    }
    return n;
}

/// Resets a connection at once. A flood of them is told by the counters, in the log by a line a
/// second.
static err_t refuse(struct tcp_pcb *pcb, const char *reason, COUNTER_T *counter)
{
    COUNT(*counter);
    if (LOG_LINES && (sys_now() - refusal_logged_ms >= REFUSAL_PAUSE_MS ||
                      !DEFENCE_IS_ON(&echo_tcp_counters.refused_full))) {
        refusal_logged_ms = sys_now();
        LWIP_PLATFORM_DIAG(("tcp: refuse peer=%s reason=%s open=%u",
                            text_endpoint(&pcb->remote_ip, pcb->remote_port).text, reason,
                            (unsigned)conns_open));
    }
    tcp_abort(pcb);
    return ERR_ABRT;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    LWIP_UNUSED_ARG(arg);
    if (err != ERR_OK) {
        COUNT(echo_tcp_counters.refused_memory);
        return err;
    }
    if (conns_open == ECHO_TCP_CONNECTIONS_MAX) {
        return refuse(pcb, "full", &echo_tcp_counters.refused_full);
    }
    if (peer_connections(&pcb->remote_ip) >= config.peer_connections &&
        DEFENCE_IS_ON(&echo_tcp_counters.refused_peer)) {
        return refuse(pcb, "peer", &echo_tcp_counters.refused_peer);
    }
    COUNT(echo_tcp_counters.accepted);
    conn_open(pcb);
    LWIP_PLATFORM_DIAG(("tcp: open peer=%s open=%u",
                        text_endpoint(&pcb->remote_ip, pcb->remote_port).text,
                        (unsigned)conns_open));
    return ERR_OK;
}

/// Listens on every local address. `*pcb` is the listener.
static err_t listen_on(u16_t port, struct tcp_pcb **pcb)
{
    struct tcp_pcb *bound = tcp_new_ip_type(IPADDR_TYPE_ANY);
    if (bound == NULL) {
        return ERR_MEM;
    }
    ip_set_option(bound, SOF_REUSEADDR);
    err_t err = tcp_bind(bound, IP_ANY_TYPE, port);
    if (err == ERR_OK) {
        *pcb = tcp_listen_with_backlog_and_err(bound, 0, &err);
    }
    if (err != ERR_OK) {
        tcp_abort(bound);
    }
    return err;
}

static bool config_is_valid(const struct echo_tcp_config *wanted)
{
    return wanted->port != 0 && wanted->hold_octets <= ECHO_TCP_HOLD_MAX &&
           wanted->idle_timeout_s <= ECHO_TCP_IDLE_TIMEOUT_S_MAX && wanted->peer_connections > 0;
}

err_t echo_tcp_start(const struct echo_tcp_config *wanted)
{
    if (listener != NULL || !config_is_valid(wanted)) {
        return ERR_VAL;
    }
    err_t err = listen_on(wanted->port, &listener);
    if (err != ERR_OK) {
        return err;
    }
    config = *wanted;
    refusal_logged_ms = sys_now() - REFUSAL_PAUSE_MS;
    tcp_accept(listener, on_accept);
    LWIP_PLATFORM_DIAG(("tcp: serving port=%u hold=%" U32_F
                        " connections=%u idle_timeout_s=%" U32_F,
                        (unsigned)config.port, config.hold_octets,
                        (unsigned)ECHO_TCP_CONNECTIONS_MAX, config.idle_timeout_s));
    return ERR_OK;
}

void echo_tcp_stop(void)
{
    if (listener == NULL) {
        return;
    }
    for (size_t i = 0; i < LWIP_ARRAYSIZE(conns); i++) {
        if (conns[i].pcb != NULL) {
            conn_abort(&conns[i], "stopped", &echo_tcp_counters.aborted_stop);
        }
    }
    // A listener closes without a word to anyone: it can't fail.
    tcp_close(listener);
    listener = NULL;
}

u16_t echo_tcp_open(void)
{
    return conns_open;
}

bool echo_tcp_connection(u16_t i, struct echo_tcp_connection *connection)
{
    static const char *const states[] = {
        [HOLDING] = "holding", [ECHOING] = "echoing", [DRAINING] = "draining"};
    const struct conn *conn = &conns[i];
    if (conn->pcb == NULL) {
        return false;
    }
    *connection = (struct echo_tcp_connection){
        .peer_ip = conn->peer_ip,
        .peer_port = conn->peer_port,
        .state = states[conn->state],
        .octets_in = conn->octets_in,
        .octets_out = conn->octets_out,
        .octets_held = conn->held.octets,
        .idle_ms = sys_now() - conn->progress_ms,
    };
    return true;
}

u32_t echo_tcp_octets_held(void)
{
    const struct echo_tcp_counters *n = &echo_tcp_counters;
    return (u32_t)(n->octets_in - n->octets_out - n->octets_discarded);
}
