// SPDX-License-Identifier: BSD-3-Clause
// lwIP's hooks.
#include "hooks.h"

#include <stdbool.h>
#include <string.h>

#include "demux.h"
#include "guard.h"
#include "halfsip.h"
#include "large.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ip6.h"
#include "lwip/sys.h"
#include "opts/budget.h"
#include "siphash.h"
#include "target.h"

static_assert(!LWIP_TCP_TIMESTAMPS, "behind the handshake lwIP must need no option");

enum {
    ISN_PER_MS = 250, // one each 4 microseconds
    ISN_MESSAGE_OCTETS = 2 * (16 + 2),
    CHALLENGE_PERIOD_MS = 1000,
    OPTION_MSS_OCTETS = 4,
};

/// What becomes of a segment.
enum verdict {
    PASS,
    DROP,      // silently
    CHALLENGE, // and acknowledge what we have, so that an honest peer can mend its ways
};

/// The options of a segment, in one or two pieces.
struct options {
    u8_t *at;
    size_t first; // octets in the first piece
    u8_t *rest;   // second piece
    size_t octets;
};

struct hooks_counters hooks_counters;
COUNTERS_DEFINE(hooks_counters_info, "hooks", HOOKS_COUNTERS, hooks_counters);

static u8_t secret[SIPHASH_KEY_OCTETS];
static bool has_secret;
static u32_t challenges_left = HOOKS_CHALLENGES_PER_S;
static u32_t challenges_since_ms;

static void secret_draw(void)
{
    if (has_secret) {
        return;
    }
    for (size_t i = 0; i < sizeof secret; i += sizeof(uint32_t)) {
        uint32_t word = target_random();
        memcpy(secret + i, &word, sizeof word);
    }
    has_secret = true;
}

/// Returns the place behind the address.
static u8_t *address_write(u8_t *at, const ip_addr_t *ip)
{
#if LWIP_IPV6
    if (IP_IS_V6(ip)) {
        memcpy(at, ip_2_ip6(ip)->addr, sizeof ip_2_ip6(ip)->addr);
        return at + sizeof ip_2_ip6(ip)->addr;
    }
#endif
    memcpy(at, &ip_2_ip4(ip)->addr, sizeof ip_2_ip4(ip)->addr);
    return at + sizeof ip_2_ip4(ip)->addr;
}

static u8_t *port_write(u8_t *at, u16_t port)
{
    memcpy(at, &port, sizeof port);
    return at + sizeof port;
}

u32_t hooks_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *remote_ip,
                u16_t remote_port)
{
    u32_t isn = sys_now() * ISN_PER_MS; // goes on where the clock wraps
    if (!DEFENCE_IS_ON(&hooks_counters.isn_chosen)) {
        return isn;
    }
    secret_draw();
    u8_t message[ISN_MESSAGE_OCTETS];
    u8_t *end = address_write(message, local_ip);
    end = port_write(end, local_port);
    end = address_write(end, remote_ip);
    end = port_write(end, remote_port);
    COUNT(hooks_counters.isn_chosen);
    return isn + (u32_t)ISN_HASH(secret, message, (size_t)(end - message));
}

/// Counts a reason to drop.
/// Returns the verdict; PASS when this defence is switched off, for a test.
static enum verdict refuse(COUNTER_T *counter, enum verdict verdict)
{
    if (!DEFENCE_IS_ON(counter)) {
        return PASS;
    }
    COUNT(*counter);
    return verdict;
}

static u8_t *option_octet(const struct options *options, size_t i)
{
    return options->rest == NULL || i < options->first ? &options->at[i]
                                                       : &options->rest[i - options->first];
}

/// Lets lwIP find the end of the options at their beginning. It would take the maximum segment size
/// out of any segment, and reads past options that end early.
static void options_hide(const struct options *options)
{
    if (options->octets > 0 && DEFENCE_IS_ON(&hooks_counters.options_hidden)) {
        COUNT(hooks_counters.options_hidden);
        *option_octet(options, 0) = LWIP_TCP_OPT_EOL;
    }
}

static enum verdict mss_judge(const struct options *options, size_t i)
{
    unsigned mss = *option_octet(options, i) * 256u + *option_octet(options, i + 1);
    return mss >= HOOKS_MSS_MIN ? PASS : refuse(&hooks_counters.drop_mss, DROP);
}

/// Judges the options of a SYN.
static enum verdict options_judge(const struct options *options)
{
    enum verdict verdict = PASS;
    for (size_t i = 0; i < options->octets && verdict == PASS;) {
        u8_t kind = *option_octet(options, i);
        if (kind == LWIP_TCP_OPT_EOL) {
            return PASS;
        }
        if (kind == LWIP_TCP_OPT_NOP) {
            i++;
            continue;
        }
        size_t room = options->octets - i;
        size_t octets = room < 2 ? 0 : *option_octet(options, i + 1);
        if (octets < 2 || octets > room ||
            (kind == LWIP_TCP_OPT_MSS && octets != OPTION_MSS_OCTETS)) {
            return refuse(&hooks_counters.drop_options, DROP);
        }
        if (kind == LWIP_TCP_OPT_MSS) {
            verdict = mss_judge(options, i + 2);
        }
        i += octets;
    }
    return verdict;
}

/// Makes room for one more half-open connection, by giving up the oldest when there are as many as
/// may be, or when no PCB is free: an honest handshake ends sooner than a flood of others fills
/// the PCBs. While fewer than TCP_HALF_OPEN_SURE are half-open, not all PCBs are served: lwIP finds
/// one that waits for its last acknowledgement.
static void half_open_make_room(void)
{
    struct tcp_pcb *oldest = NULL;
    size_t half_open = 0;
    size_t used = 0;
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        used++;
        if (pcb->state == SYN_RCVD) {
            half_open++;
            oldest = pcb; // lwIP puts in front what it opens or handles
        }
    }
    for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next) {
        used++;
    }
    bool is_full = used >= MEMP_NUM_TCP_PCB && half_open >= TCP_HALF_OPEN_SURE;
    if ((is_full || half_open >= TCP_HALF_OPEN_MAX) &&
        DEFENCE_IS_ON(&hooks_counters.half_open_ended)) {
        COUNT(hooks_counters.half_open_ended);
        tcp_abandon(oldest, 0);
    }
}

/// A reset must hit the next sequence number: whoever can't see the connection won't.
static enum verdict reset_judge(const struct tcp_pcb *pcb, u32_t seqno)
{
    if (seqno == pcb->rcv_nxt) {
        return PASS;
    }
    bool in_window = TCP_SEQ_BETWEEN(seqno, pcb->rcv_nxt, pcb->rcv_nxt + pcb->rcv_wnd);
    return refuse(&hooks_counters.drop_reset, in_window ? CHALLENGE : DROP);
}

/// Keeps segments as short as each path of IPv6 carries them. lwIP would cut longer ones into
/// fragments where a path is narrower than the link, and spoil them by that: the next time they are
/// sent, it reads through NULL.
/// Source: RFC 8200 section 5.
static void mss_fit(struct tcp_pcb *pcb)
{
#if LWIP_IPV6
    if (IP_IS_V6_VAL(pcb->remote_ip)) {
        pcb->mss = LWIP_MIN(pcb->mss, IP6_MIN_MTU_LENGTH - IP6_HLEN - TCP_HLEN);
    }
#else
    LWIP_UNUSED_ARG(pcb);
#endif
}

/// Judges a segment without SYN for a connection in SYN-RECEIVED. lwIP judges its acknowledgement.
static enum verdict received_judge(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr)
{
    if ((TCPH_FLAGS(hdr) & TCP_ACK) == 0) {
        return refuse(&hooks_counters.drop_no_ack, DROP);
    }
    if (!TCP_SEQ_BETWEEN(hdr->seqno, pcb->rcv_nxt, pcb->rcv_nxt + pcb->rcv_wnd)) {
        return refuse(&hooks_counters.drop_sequence, CHALLENGE);
    }
    if (TCP_SEQ_BETWEEN(hdr->ackno, pcb->lastack + 1, pcb->snd_nxt)) {
        guard_connection_found();
    }
    return PASS;
}

/// Judges a segment without SYN for a synchronized connection. What lies before the window passes:
/// it is a segment whose acknowledgement was lost, or a probe, and lwIP takes nothing out of it.
/// `end` is the sequence number behind its last octet or FIN.
static enum verdict synchronized_judge(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr,
                                       u32_t end)
{
    if ((TCPH_FLAGS(hdr) & TCP_ACK) == 0) {
        return refuse(&hooks_counters.drop_no_ack, DROP);
    }
    if (TCP_SEQ_GT(hdr->seqno, pcb->rcv_nxt + pcb->rcv_wnd)) {
        return refuse(&hooks_counters.drop_sequence, CHALLENGE);
    }
    // lwIP trims what it takes in order, but asserts on what it has kept until then.
    if (TCP_SEQ_GT(hdr->seqno, pcb->rcv_nxt) && TCP_SEQ_GT(end, pcb->rcv_nxt + pcb->rcv_wnd) &&
        refuse(&hooks_counters.drop_overhang, CHALLENGE) != PASS) {
        return CHALLENGE;
    }
    if (!TCP_SEQ_BETWEEN(hdr->ackno, pcb->lastack - pcb->snd_wnd_max, pcb->snd_nxt)) {
        return refuse(&hooks_counters.drop_ack, CHALLENGE);
    }
    guard_connection_found();
    return PASS;
}

/// Lets lwIP see a window of 0 where the peer offers one that is too small for a segment, and for
/// what waits and the echo of what the segment brings. An honest receiver offers none (RFC 9293
/// section 3.8.6.2.2); lwIP would copy what waits, to cut it to size, as often as a peer asks for
/// it, and so take the heap. What fits is sent (section 3.8.6.2.1).
static void small_window_close(const struct tcp_pcb *pcb, struct tcp_hdr *hdr, u16_t octets)
{
    u32_t window = (u32_t)SND_WND_SCALE(pcb, (u32_t)hdr->wnd);
    if (window > 0 && window < LWIP_MIN(pcb->mss, pcb->snd_wnd_max / 2) &&
        window < pcb->snd_lbb - hdr->ackno + octets &&
        DEFENCE_IS_ON(&hooks_counters.window_closed)) {
        COUNT(hooks_counters.window_closed);
        hdr->wnd = 0;
    }
}

/// Returns whether a segment says nothing new while the receive window is closed. It is in order
/// and needs no answer, but lwIP acknowledges it; a peer that does the same answers that, and both
/// go on as fast as they can until one of them reads. A repeated acknowledgement tells of a loss
/// only where there is a window to send into.
/// Source: RFC 9293 section 3.10.7.4, first check.
static bool says_nothing(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr, const struct pbuf *p)
{
    return pcb->rcv_wnd == 0 && hdr->seqno == pcb->rcv_nxt && p->tot_len == 0 &&
           (TCPH_FLAGS(hdr) & (TCP_FIN | TCP_SYN | TCP_RST)) == 0 && hdr->ackno == pcb->lastack &&
           (u32_t)SND_WND_SCALE(pcb, (u32_t)hdr->wnd) == pcb->snd_wnd &&
           (pcb->unacked == NULL || hdr->wnd == 0);
}

/// Judges a segment for a connection that has received its peer's SYN.
static enum verdict connection_judge(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr,
                                     const struct pbuf *p)
{
    u8_t flags = TCPH_FLAGS(hdr);
    if ((flags & TCP_RST) != 0) {
        return reset_judge(pcb, hdr->seqno);
    }
    if ((flags & TCP_SYN) != 0) {
        bool is_repeated = pcb->state == SYN_RCVD && hdr->seqno + 1 == pcb->rcv_nxt;
        return is_repeated ? PASS : refuse(&hooks_counters.drop_syn, CHALLENGE);
    }
    if (pcb->state == SYN_RCVD) {
        return received_judge(pcb, hdr);
    }
    u32_t fin = (flags & TCP_FIN) != 0 ? 1 : 0;
    u32_t end = hdr->seqno + p->tot_len + fin;
    return synchronized_judge(pcb, hdr, end);
}

/// Returns whether one more challenge may be sent. How many there are in a second is not to be told
/// from outside: by counting, a third host could learn what others' connections do (CVE-2016-5696).
static bool challenge_is_permitted(void)
{
    u32_t now = sys_now();
    if (now - challenges_since_ms >= CHALLENGE_PERIOD_MS) {
        challenges_since_ms = now;
        challenges_left = HOOKS_CHALLENGES_PER_S / 2 + target_random() % HOOKS_CHALLENGES_PER_S;
    }
    if (challenges_left == 0) {
        return refuse(&hooks_counters.limit_challenges, DROP) == PASS;
    }
    challenges_left--;
    return true;
}

static void challenge(struct tcp_pcb *pcb)
{
    if (challenge_is_permitted() && tcp_send_empty_ack(pcb) == ERR_OK) {
        COUNT(hooks_counters.challenges);
    }
}

err_t hooks_segment(struct tcp_pcb *pcb, struct tcp_hdr *hdr, u16_t octets, u16_t first, u8_t *rest,
                    const struct pbuf *p)
{
    const struct options options = {(u8_t *)hdr + TCP_HLEN, first, rest, octets};
    u8_t flags = TCPH_FLAGS(hdr);
    bool is_syn = (flags & TCP_SYN) != 0;
    enum verdict verdict = PASS;
    switch (pcb->state) {
    case TIME_WAIT: // lwIP takes nothing out of it
        break;
    case LISTEN:
    case SYN_SENT:
        if (!is_syn) {
            options_hide(&options);
            break;
        }
        verdict = options_judge(&options);
        if (verdict == PASS && pcb->state == LISTEN && (flags & (TCP_ACK | TCP_RST)) == 0) {
            half_open_make_room();
        }
        break;
    case SYN_RCVD:
        mss_fit(pcb); // nothing was sent yet
        if (ETHIF_LARGE) {
            large_open(pcb);
        }
        // fall through
    default:
        options_hide(&options);
        verdict = connection_judge(pcb, hdr, p);
        small_window_close(pcb, hdr, p->tot_len);
        if (ETHIF_LARGE) {
            large_received(pcb, p->tot_len);
        }
        if (TCP_DEMUX_SLOTS > 0) {
            demux_found(pcb);
        }
        if (verdict == PASS && says_nothing(pcb, hdr, p)) {
            verdict = refuse(&hooks_counters.drop_nothing_new, DROP);
        }
        break;
    }
    if (verdict == CHALLENGE) {
        challenge(pcb);
    }
    return verdict == PASS ? ERR_OK : ERR_VAL;
}
