// SPDX-License-Identifier: BSD-3-Clause
// The IPv4 part of the addresses in a profile with DHCP: static, leased or link-local, and watched
// for conflicts.
#include "address_ip4.h"

#include "lwip/acd.h"
#include "lwip/autoip.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/prot/autoip.h"
#include "lwip/prot/dhcp.h"
#include "lwip/timeouts.h"

enum {
    RETRY_MS = 10000, // between two tries of an address that can't be used
    LOOPBACK_NET = 127,
    UNICAST_NETS_END = 224, // groups and reserved addresses behind
};

static struct address_config config;
static struct dhcp dhcp;
static struct autoip autoip;
static struct acd acd; // of a static address; the other two bring their own
static bool is_stopping;

bool address_ip4_is_valid(const struct address_config *wanted)
{
    return wanted->ip4_mode == ADDRESS_IP4_AUTO || wanted->ip4_mode == ADDRESS_IP4_STATIC;
}

static bool is_watched(const struct netif *netif, const struct acd *wanted)
{
    const struct acd *at = netif->acd_list;
    while (at != NULL && at != wanted) {
        at = at->next;
    }
    return at != NULL;
}

static void watch_stop(struct netif *netif, struct acd *watched)
{
    if (is_watched(netif, watched)) {
        acd_stop(watched);
        acd_remove(netif, watched);
    }
}

static void static_watch(struct netif *netif)
{
    acd_start(netif, &acd, *ip_2_ip4(&config.ip4));
}

static void on_retry(void *arg)
{
    if (config.ip4_mode == ADDRESS_IP4_STATIC) {
        static_watch(arg);
    } else if (dhcp_start(arg) != ERR_OK) {
        sys_timeout(RETRY_MS, on_retry, arg); // somebody has taken its UDP PCB meanwhile
    }
}

static void retry_later(struct netif *netif)
{
    sys_untimeout(on_retry, netif);
    sys_timeout(RETRY_MS, on_retry, netif);
}

static void on_static_conflict(struct netif *netif, acd_callback_enum_t event)
{
    switch (event) {
    case ACD_IP_OK:
        address_ip4_set(netif, &config); // no change, unless it was given up
        break;
    case ACD_DECLINE:
        netif_set_addr(netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
        break;
    case ACD_RESTART_CLIENT:
    default:
        retry_later(netif);
        break;
    }
}

static void static_start(struct netif *netif)
{
    acd = (struct acd){.next = NULL};
    acd_add(netif, &acd, on_static_conflict);
    static_watch(netif);
    address_ip4_set(netif, &config);
}

static err_t auto_start(struct netif *netif)
{
    netif_set_hostname(netif, config.hostname);
    dhcp_set_struct(netif, &dhcp);
    autoip_set_struct(netif, &autoip);
    LWIP_PLATFORM_DIAG(("address: search by=dhcp"));
    return dhcp_start(netif);
}

/// lwIP takes any address out of a server's answer, for as long as that says.
static void lease_judge(struct netif *netif)
{
    u8_t net = ip4_addr1(&dhcp.offered_ip_addr);
    bool is_usable = net != 0 && net != LOOPBACK_NET && net < UNICAST_NETS_END;
    if (dhcp.state == DHCP_STATE_BOUND && !is_usable) {
        LWIP_PLATFORM_DIAG(("address: refuse reason=unusable (see to the DHCP server)"));
        dhcp.state = DHCP_STATE_BACKING_OFF; // else it would be given back, from itself
        dhcp_release_and_stop(netif);
        netif_set_addr(netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
        retry_later(netif);
    }
}

/// lwIP would go on to count a lease whose address is gone: ask to renew, or give back, what it has
/// no more, or wait for ever.
static void lease_forget(void)
{
    dhcp.t0_timeout = 0;
    dhcp.t1_renew_time = 0;
    dhcp.t2_rebind_time = 0;
    if (dhcp.state == DHCP_STATE_BOUND || dhcp.state == DHCP_STATE_RENEWING ||
        dhcp.state == DHCP_STATE_REBINDING) {
        dhcp.state = DHCP_STATE_BACKING_OFF;
        dhcp.request_timeout = RETRY_MS / DHCP_FINE_TIMER_MSECS;
    }
}

static bool is_leased(const ip4_addr_t *ip)
{
    return !ip4_addr_isany_val(*ip) && !ip4_addr_islinklocal(ip);
}

static void auto_stop(struct netif *netif)
{
    sys_untimeout(on_retry, netif);
    if (is_watched(netif, &dhcp.acd)) { // else it is stopped, and may not be once more
        dhcp_release_and_stop(netif);
    }
    // Not dhcp_cleanup(): dhcp_start() forgets that the memory is ours.
    netif_set_client_data(netif, LWIP_NETIF_CLIENT_DATA_INDEX_DHCP, NULL);
    autoip_stop(netif);
    watch_stop(netif, &autoip.acd);
    autoip_remove_struct(netif);
}

err_t address_ip4_start(struct netif *netif, const struct address_config *wanted)
{
    config = *wanted;
    is_stopping = false;
    if (config.ip4_mode == ADDRESS_IP4_STATIC) {
        static_start(netif);
        return ERR_OK;
    }
    err_t err = auto_start(netif);
    if (err != ERR_OK) {
        auto_stop(netif);
    }
    return err;
}

void address_ip4_stop(struct netif *netif)
{
    is_stopping = true;
    if (config.ip4_mode == ADDRESS_IP4_AUTO) {
        auto_stop(netif);
    } else {
        sys_untimeout(on_retry, netif);
        watch_stop(netif, &acd);
    }
    netif_set_addr(netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
}

const char *address_ip4_origin(struct netif *netif)
{
    if (config.ip4_mode == ADDRESS_IP4_STATIC) {
        return "static";
    }
    return dhcp_supplied_address(netif) ? "dhcp" : "link-local";
}

const char *address_ip4_reason(struct netif *netif, const ip4_addr_t *old)
{
    if (is_stopping) {
        return "stop";
    }
    if (!ip4_addr_isany_val(*netif_ip4_addr(netif))) {
        return "replaced";
    }
    if (config.ip4_mode == ADDRESS_IP4_STATIC) {
        return "conflict";
    }
    if (ip4_addr_islinklocal(old)) {
        return netif_is_link_up(netif) ? "conflict" : "link";
    }
    switch (dhcp.state) { // lwIP sets it before it takes the address away, but for a conflict
    case DHCP_STATE_BACKING_OFF:
        return "refused";
    case DHCP_STATE_OFF:
    case DHCP_STATE_SELECTING:
        return "expired";
    default:
        return "conflict";
    }
}

void address_ip4_on_change(struct netif *netif, netif_nsc_reason_t reason,
                           const netif_ext_callback_args_t *args)
{
    bool is_changed = (reason & LWIP_NSC_IPV4_ADDRESS_CHANGED) != 0;
    bool is_lost = is_changed && ip4_addr_isany_val(*netif_ip4_addr(netif));
    if (is_lost && !is_stopping) {
        // lwIP would go on to ask for neighbours, from 0.0.0.0, as one who tries their address.
        etharp_cleanup_netif(netif);
    }
    if (config.ip4_mode == ADDRESS_IP4_STATIC) {
        // lwIP forgets whom it watched when the link goes down.
        if ((reason & LWIP_NSC_LINK_CHANGED) != 0 && args->link_changed.state != 0) {
            static_watch(netif);
        }
        return;
    }
    if ((reason & LWIP_NSC_IPV4_SETTINGS_CHANGED) != 0) {
        lease_judge(netif);
    }
    if (is_changed && !is_leased(netif_ip4_addr(netif))) {
        lease_forget();
    }
    // A link-local address that is still being tried would replace the leased one later. One in use
    // stays for its connections (RFC 3927 section 1.9) until the leased one is lost, but is not
    // taken again when it is still there.
    bool is_late = dhcp_supplied_address(netif) && autoip.state == AUTOIP_STATE_CHECKING;
    if (is_lost || (is_changed && is_late)) {
        autoip_stop(netif);
        acd_stop(&autoip.acd);
    }
}

bool address_ip4_settled(const struct netif *netif)
{
    return !ip4_addr_isany_val(*netif_ip4_addr(netif));
}
