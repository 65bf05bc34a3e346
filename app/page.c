// SPDX-License-Identifier: BSD-3-Clause
// The device's own page, by lwIP's web server.
//
// lwIP's server bounds neither how long a connection lives, nor how much of an answer is under way,
// nor whom it serves, and it forgets a connection that it has closed. So its callbacks are called
// through those below, which keep a record of each connection until lwIP itself has forgotten it.
#include "page.h"

#include <stdbool.h>
#include <string.h>

#include "address_ip6.h"
#include "lwip/apps/fs.h"
#include "lwip/apps/httpd.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "page_html.h"

enum {
    LOOK_MS = 1000,  // between looks at how old connections are
    YOUNG_MS = 1000, // an honest request takes less
};

struct conn {
    struct tcp_pcb *pcb; // NULL: free
    u32_t opened_ms;
    ip_addr_t peer_ip;
    u16_t peer_port;
    bool is_answering;
    const char *text; // of the answer, or of its beginning, when statistics follow
    size_t text_octets;
    bool has_statistics;
    struct page_place place;
};

struct page_counters page_counters;
COUNTERS_DEFINE(page_counters_info, "page", PAGE_COUNTERS, page_counters);

static struct page_config config;
static struct tcp_pcb_listen *listener;
static struct conn conns[PAGE_CONNECTIONS_MAX];
static struct conn *receiving; // whose request lwIP's server is reading
static bool is_looking;        // at how old they are, by and by

// What lwIP's server wants to be called.
static tcp_accept_fn httpd_accept;
static tcp_recv_fn httpd_recv;
static tcp_sent_fn httpd_sent;
static tcp_poll_fn httpd_poll;

unsigned short page_port(void)
{
    return config.port;
}

static bool is_in(const struct tcp_pcb *list, const struct conn *conn)
{
    while (list != NULL && list != conn->pcb) {
        list = list->next;
    }
    return list != NULL && list->local_port == config.port &&
           list->remote_port == conn->peer_port && ip_addr_eq(&list->remote_ip, &conn->peer_ip);
}

/// Returns whether lwIP still has the connection.
static bool is_known(const struct conn *conn)
{
    return is_in(tcp_active_pcbs, conn) || is_in(tcp_tw_pcbs, conn);
}

static bool is_over(const struct conn *conn)
{
    return conn->pcb->state == TIME_WAIT;
}

static u32_t age_ms(const struct conn *conn)
{
    return sys_now() - conn->opened_ms;
}

static void conn_end(struct conn *conn)
{
    tcp_abort(conn->pcb);
    conn->pcb = NULL;
}

static struct conn *conn_of(const struct tcp_pcb *pcb)
{
    struct conn *conn = conns;
    while (conn->pcb != pcb) {
        conn++;
        LWIP_ASSERT("every connection has its record", conn < conns + LWIP_ARRAYSIZE(conns));
    }
    return conn;
}

/// Frees the records of what is gone, and ends what is late or in TIME-WAIT. Returns whether any is
/// left.
static bool conns_look_after(void)
{
    bool any = false;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(conns); i++) {
        struct conn *conn = &conns[i];
        if (conn->pcb != NULL && !is_known(conn)) {
            conn->pcb = NULL;
        }
        if (conn->pcb != NULL && (is_over(conn) || age_ms(conn) >= PAGE_LIFE_S * 1000)) {
            COUNT_BY(page_counters.ended_late, !is_over(conn));
            conn_end(conn);
        }
        any = any || conn->pcb != NULL;
    }
    return any;
}

static void on_time(void *arg)
{
    is_looking = conns_look_after();
    if (is_looking) {
        sys_timeout(LOOK_MS, on_time, arg);
    }
}

/// Returns a free record, that of the oldest connection if need be; NULL: all are young.
static struct conn *conn_take(void)
{
    struct conn *first = NULL;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(conns); i++) {
        if (conns[i].pcb == NULL) {
            return &conns[i];
        }
        if (first == NULL || age_ms(&conns[i]) > age_ms(first)) {
            first = &conns[i];
        }
    }
    if (age_ms(first) < YOUNG_MS) {
        return NULL;
    }
    COUNT(page_counters.ended_old);
    conn_end(first);
    return first;
}

static size_t peer_connections(const ip_addr_t *peer)
{
    size_t n = 0;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(conns); i++) {
        n += conns[i].pcb != NULL && address_is_same_peer(&conns[i].peer_ip, peer);
    }
    return n;
}

/// Returns whether the peer takes segments of a sensible size: lwIP fits them to half its window.
static bool takes_segments(const struct tcp_pcb *pcb)
{
    return tcp_mss(pcb) >= PAGE_SEGMENT_OCTETS_MIN &&
           pcb->snd_wnd_max / 2 >= PAGE_SEGMENT_OCTETS_MIN;
}

/// Goes on with an answer once nothing of it is under way, and nothing of the peer's is unread.
/// Otherwise lwIP resets a connection that is closed, and when the acknowledgement that let it be
/// closed came with data, it loses the data's buffer.
static err_t go_on(void *arg, struct tcp_pcb *pcb)
{
    bool is_quiet = tcp_sndqueuelen(pcb) == 0 && pcb->rcv_wnd == TCP_WND_MAX(pcb);
    if (!is_quiet) {
        return ERR_OK;
    }
    return httpd_sent(arg, pcb, 0);
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct conn *conn = conn_of(pcb);
    if (p != NULL && !takes_segments(pcb)) {
        COUNT(page_counters.refused_small);
        pbuf_free(p);
        conn_end(conn);
        return ERR_ABRT;
    }
    if (!conn->is_answering) {
        receiving = conn;
        return httpd_recv(arg, pcb, p, err);
    }
    if (p != NULL) { // nobody reads what follows the request, nor is its end the answer's
        tcp_recved(pcb, p->tot_len);
        pbuf_free(p);
    }
    return go_on(arg, pcb);
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t octets)
{
    LWIP_UNUSED_ARG(octets);
    return go_on(arg, pcb);
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    if (tcp_sndqueuelen(pcb) > 0) {
        return ERR_OK;
    }
    return httpd_poll(arg, pcb);
}

/// Puts our callbacks before those of lwIP's server.
static void callbacks_wrap(struct tcp_pcb *pcb)
{
    httpd_recv = pcb->recv;
    httpd_sent = pcb->sent;
    httpd_poll = pcb->poll;
    tcp_recv(pcb, on_recv);
    tcp_sent(pcb, on_sent);
    tcp_poll(pcb, on_poll, pcb->pollinterval);
}

static err_t refuse(COUNTER_T *counter)
{
    COUNT(*counter);
    return ERR_MEM; // lwIP resets it
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    if (err != ERR_OK || pcb == NULL) {
        return ERR_VAL; // lwIP had no memory for it
    }
    for (size_t i = 0; i < LWIP_ARRAYSIZE(conns); i++) {
        if (conns[i].pcb == pcb) {
            conns[i].pcb = NULL; // of an earlier connection, in the same memory
        }
    }
    conns_look_after(); // none is left in TIME-WAIT
    if (peer_connections(&pcb->remote_ip) >= PAGE_PEER_CONNECTIONS_MAX) {
        return refuse(&page_counters.refused_peer);
    }
    struct conn *conn = conn_take();
    if (conn == NULL) {
        return refuse(&page_counters.refused_full);
    }
    if (httpd_accept(arg, pcb, err) != ERR_OK) {
        return refuse(&page_counters.refused_full);
    }
    COUNT(page_counters.accepted);
    *conn = (struct conn){.pcb = pcb,
                          .opened_ms = sys_now(),
                          .peer_ip = pcb->remote_ip,
                          .peer_port = pcb->remote_port};
    callbacks_wrap(pcb);
    if (!is_looking) {
        is_looking = true;
        sys_timeout(LOOK_MS, on_time, NULL);
    }
    return ERR_OK;
}

// What lwIP's server takes for its file system: lwip/apps/fs.h. An answer is read block by block.

static void answer_begin(const void *text, size_t octets)
{
    receiving->is_answering = true;
    receiving->text = text;
    receiving->text_octets = octets;
    receiving->place = (struct page_place){.piece = 0};
}

err_t fs_open(struct fs_file *file, const char *name)
{
    static const char statistics[] = "HTTP/1.0 200 OK\r\n"
                                     "Content-Type: application/json\r\n"
                                     "Cache-Control: no-store\r\n"
                                     "\r\n";
    static const char not_found[] = "HTTP/1.0 404 Not Found\r\n"
                                    "Content-Type: text/plain\r\n"
                                    "\r\n"
                                    "There is / and /stats.json\n";
    if (strcmp(name, "/index.html") == 0) {
        COUNT(page_counters.pages);
        answer_begin(page_html, page_html_octets);
    } else if (strcmp(name, "/stats.json") == 0) {
        COUNT(page_counters.statistics);
        answer_begin(statistics, sizeof(statistics) - 1);
        receiving->has_statistics = true;
    } else if (strcmp(name, "/404.html") == 0) {
        COUNT(page_counters.not_found);
        answer_begin(not_found, sizeof(not_found) - 1);
    } else {
        return ERR_VAL;
    }
    *file = (struct fs_file){.flags = FS_FILE_FLAGS_HEADER_INCLUDED | FS_FILE_FLAGS_CUSTOM,
                             .len = PAGE_BLOCK_OCTETS,
                             .index = (int)(receiving - conns)};
    return ERR_OK;
}

void fs_close(struct fs_file *file)
{
    LWIP_UNUSED_ARG(file); // its connection is closed, too
}

int fs_bytes_left(struct fs_file *file)
{
    return file->len; // at least one more block, until reading it finds the end
}

int fs_read(struct fs_file *file, char *buffer, int count)
{
    struct conn *conn = &conns[file->index];
    size_t octets = LWIP_MIN(conn->text_octets, (size_t)count);
    if (octets > 0) {
        memcpy(buffer, conn->text, octets);
        conn->text += octets;
        conn->text_octets -= octets;
    } else if (conn->has_statistics) {
        octets = config.read(&conn->place, buffer, (size_t)count);
    }
    return octets > 0 ? (int)octets : FS_READ_EOF;
}

/// Tries what lwIP's server asserts to succeed.
static err_t start_try(void)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    if (pcb == NULL) {
        return ERR_MEM;
    }
    err_t err = tcp_bind(pcb, IP_ANY_TYPE, config.port);
    if (err == ERR_OK) {
        struct tcp_pcb *listening = tcp_listen_with_backlog_and_err(pcb, 1, &err);
        pcb = listening != NULL ? listening : pcb;
    }
    tcp_close(pcb);
    return err;
}

err_t page_start(const struct page_config *new_config)
{
    if (listener != NULL) {
        return ERR_VAL;
    }
    config = *new_config;
    if (config.port == 0) {
        return ERR_OK;
    }
    err_t err = start_try();
    if (err != ERR_OK) {
        return err;
    }
    httpd_init();
    listener = tcp_listen_pcbs.listen_pcbs; // the newest comes first
    httpd_accept = listener->accept;
    listener->accept = on_accept;
    LWIP_PLATFORM_DIAG(("page: serving port=%u connections=%u", (unsigned)config.port,
                        (unsigned)PAGE_CONNECTIONS_MAX));
    return ERR_OK;
}

/// Resets the first of the page's connections, half-open ones included. Returns whether there was
/// one.
static bool any_end(struct tcp_pcb *list)
{
    while (list != NULL && list->local_port != config.port) {
        list = list->next;
    }
    if (list != NULL) {
        tcp_abort(list);
    }
    return list != NULL;
}

void page_stop(void)
{
    if (listener == NULL) {
        return;
    }
    sys_untimeout(on_time, NULL);
    is_looking = false;
    tcp_close((struct tcp_pcb *)listener);
    listener = NULL;
    while (any_end(tcp_active_pcbs) || any_end(tcp_tw_pcbs)) {
    }
    memset(conns, 0, sizeof(conns));
}
