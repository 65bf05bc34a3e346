// SPDX-License-Identifier: BSD-3-Clause
// A Linux TAP device as a netdev: one frame is one call to the kernel.
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lwip/debug.h"
#include "lwip/def.h"
#include "lwip/sys.h"
#include "target.h"

enum {
    SEGS_MAX = 32,           // pieces of one frame, more than ethif ever has
    LINK_CHECK_MS = 900,     // a little less than the second between an idle device's wake-ups
    EXCESS_OCTETS = 1 << 16, // no frame is longer, whatever the interface's MTU
    PENDING_OCTETS = NETDEV_FRAME_OCTETS_MAX + 1, // whoever has that much was too long
};

static_assert(TAP_NAME_OCTETS == IFNAMSIZ, "tap.h says how long an interface's name is");

// Where the part of a frame goes that its reader has no room for. The kernel counts only octets
// that it could store, so a frame that was cut is known by what arrives here.
static uint8_t excess[EXCESS_OCTETS];

static struct tap *tap_of(struct netdev *dev)
{
    return (struct tap *)(void *)dev;
}

const char *tap_name_problem(const char *name)
{
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return "is no interface's name";
    }
    if (strlen(name) >= TAP_NAME_OCTETS) {
        return "is longer than the 15 characters of an interface's name";
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || strchr("/:%", *c) != NULL) {
            return "has a character that an interface's name can't have";
        }
    }
    return NULL;
}

static void open_explain(int error)
{
    switch (error) {
    case ENOENT:
        target_error("there is no /dev/net/tun; run: modprobe tun (in a container: start it with "
                     "--device /dev/net/tun)");
        break;
    case ENODEV:
    case ENXIO:
        target_error(
            "the kernel's TUN/TAP driver is not loaded; run: modprobe tun (on the host, when "
            "this is a container)");
        break;
    case EACCES:
    case EPERM:
        target_error("no permission to open /dev/net/tun; run as root, with sudo (in a container: "
                     "start it with --device /dev/net/tun --cap-add NET_ADMIN)");
        break;
    default:
        target_error("cannot open /dev/net/tun: %s", strerror(error));
        break;
    }
}

static void attach_explain(const char *name, int error)
{
    switch (error) {
    case EPERM:
    case EACCES:
        target_error(
            "no permission to make or attach to %s; run as root, with sudo, or let root make "
            "it for you: ip tuntap add dev %s mode tap user $USER",
            name, name);
        break;
    case EBUSY:
        target_error(
            "%s is in use by another program; stop that, or choose another with --tap NAME", name);
        break;
    case EINVAL:
        target_error(
            "%s exists but is no TAP of one queue; choose another with --tap NAME, to be made "
            "here or by: ip tuntap add dev NAME mode tap",
            name);
        break;
    default:
        target_error("cannot attach to %s: %s; choose another with --tap NAME", name,
                     strerror(error));
        break;
    }
}

/// Finds out from the kernel whether the interface is up and has a carrier. The flags of the
/// interface would tell it too, but follow the carrier up to a second late.
static bool link_ask(struct tap *tap)
{
    struct ethtool_value link = {.cmd = ETHTOOL_GLINK};
    struct ifreq request = {.ifr_data = (void *)&link};
    memcpy(request.ifr_name, tap->name, TAP_NAME_OCTETS);
    tap->checked_ms = sys_now();
    tap->up = ioctl(tap->control_fd, SIOCETHTOOL, &request) == 0 && link.data != 0;
    return tap->up;
}

/// Ends the use of a TAP that was deleted while we were attached to it.
static void tap_lost(struct tap *tap, int error)
{
    if (!tap->gone) {
        tap->gone = true;
        tap->up = false;
        target_unwatch(tap->fd);
        target_error("%s was deleted while in use (%s); start again", tap->name, strerror(error));
    }
}

static bool on_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct tap *tap = tap_of(dev);
    (void)mac; // nothing to set up: whatever the host sends on a TAP arrives
    tap->readable = true;
    if (!target_watch(tap->fd, &tap->readable)) {
        target_error("cannot wait for frames of %s: %s", tap->name, strerror(errno));
        return false;
    }
    if (!link_ask(tap)) {
        target_error("%s is down, so nobody reaches the device; run: ip link set %s up", tap->name,
                     tap->name);
    }
    return true;
}

static void on_stop(struct netdev *dev)
{
    struct tap *tap = tap_of(dev);
    if (!tap->gone) {
        target_unwatch(tap->fd);
    }
}

static bool on_link_up(struct netdev *dev)
{
    struct tap *tap = tap_of(dev);
    if (tap->gone || sys_now() - tap->checked_ms < LINK_CHECK_MS) {
        return tap->up;
    }
    return link_ask(tap);
}

static size_t on_rx_pending(struct netdev *dev)
{
    const struct tap *tap = tap_of(dev);
    size_t octets_max = tap->offload ? NETDEV_LARGE_OCTETS_MAX : PENDING_OCTETS;
    return tap->readable ? octets_max : 0;
}

/// A frame in the kernel's form, behind the header of a TAP that offloads.
struct frame {
    struct iovec pieces[1 + SEGS_MAX + 1];
    size_t n;
    size_t header_octets;
};

static struct frame frame_of(const struct tap *tap, struct virtio_net_hdr *vnet,
                             const struct netdev_seg *segs, size_t n)
{
    struct frame frame;
    LWIP_ASSERT("a frame has few pieces", n <= SEGS_MAX);
    frame.n = 0;
    frame.header_octets = tap->offload ? sizeof(*vnet) : 0;
    if (tap->offload) {
        frame.pieces[frame.n++] = (struct iovec){vnet, sizeof(*vnet)};
    }
    for (size_t i = 0; i < n; i++) {
        frame.pieces[frame.n++] = (struct iovec){segs[i].data, segs[i].octets};
    }
    return frame;
}

/// Reads a frame, the part that has no room in `segs` into `excess`. Returns its octets, or as
/// readv().
static ssize_t frame_read(struct tap *tap, const struct netdev_seg *segs, size_t n)
{
    struct virtio_net_hdr vnet = {.flags = 0};
    struct frame frame = frame_of(tap, &vnet, segs, n);
    frame.pieces[frame.n++] = (struct iovec){excess, sizeof(excess)};
    ssize_t octets = readv(tap->fd, frame.pieces, (int)frame.n);
    if (octets <= (ssize_t)frame.header_octets) {
        return LWIP_MIN(octets, 0);
    }
    octets -= (ssize_t)frame.header_octets;
    if (tap->offload && n > 0) {
        tap->rx_sums = vnet_rx_sums(&vnet, segs[0].data, LWIP_MIN((size_t)octets, segs[0].octets));
    }
    return octets;
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct tap *tap = tap_of(dev);
    // A single piece costs the kernel less, and with that much room a frame that was cut shows.
    ssize_t octets = n == 1 && segs[0].octets >= PENDING_OCTETS && !tap->offload
                         ? read(tap->fd, segs[0].data, segs[0].octets)
                         : frame_read(tap, segs, n);
    if (octets > 0) {
        return (size_t)octets;
    }
    tap->readable = false;
    if (octets < 0 && errno != EAGAIN && errno != EINTR && errno != ENOMEM) {
        tap_lost(tap, errno);
    }
    return 0;
}

static unsigned on_rx_sums(struct netdev *dev)
{
    return tap_of(dev)->rx_sums;
}

/// Sends a frame, which the kernel cuts unless `mss` is 0. Returns as writev().
static ssize_t frame_write(const struct tap *tap, const struct netdev_seg *segs, size_t n,
                           size_t mss)
{
    struct virtio_net_hdr vnet = {.flags = 0};
    if (tap->offload) {
        vnet = vnet_tx(segs, n, mss);
    }
    const struct frame frame = frame_of(tap, &vnet, segs, n);
    return writev(tap->fd, frame.pieces, (int)frame.n);
}

static bool on_tx_large(struct netdev *dev, const struct netdev_seg *segs, size_t n, size_t mss)
{
    struct tap *tap = tap_of(dev);
    ssize_t octets = n == 1 && !tap->offload ? write(tap->fd, segs[0].data, segs[0].octets)
                                             : frame_write(tap, segs, n, mss);
    if (octets >= 0) {
        return true;
    }
    if (errno == EIO) { // the interface is down
        tap->up = false;
        tap->checked_ms = sys_now();
    } else if (errno == EBADFD) {
        tap_lost(tap, errno);
    }
    return false;
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    return on_tx_large(dev, segs, n, 0);
}

static const struct netdev_offload tap_offload = {
    .tx_sums = NETDEV_SUM_TCP,
    .rx_sums = on_rx_sums,
    .tx_large = on_tx_large,
};

static const struct netdev_ops tap_ops = {
    .start = on_start,
    .stop = on_stop,
    .link_up = on_link_up,
    .rx_pending = on_rx_pending,
    .rx = on_rx,
    .tx = on_tx,
};

static const struct netdev_ops tap_offload_ops = {
    .start = on_start,
    .stop = on_stop,
    .link_up = on_link_up,
    .rx_pending = on_rx_pending,
    .rx = on_rx,
    .tx = on_tx,
    .offload = &tap_offload,
};

/// Agrees with the kernel on who does what; a former user may have left it otherwise.
static bool offload_set(const struct tap *tap)
{
    static const int header_octets = sizeof(struct virtio_net_hdr);
    static const int little_endian = 1;
    if (!tap->offload) {
        return ioctl(tap->fd, TUNSETOFFLOAD, 0) == 0;
    }
    return ioctl(tap->fd, TUNSETVNETHDRSZ, &header_octets) == 0 &&
           ioctl(tap->fd, TUNSETVNETLE, &little_endian) == 0 &&
           ioctl(tap->fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6) == 0;
}

/// Makes the TAP's file descriptor one of the interface `tap->name`.
static bool tap_attach(struct tap *tap)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    if (tap->offload) {
        request.ifr_flags |= IFF_VNET_HDR;
    }
    memcpy(request.ifr_name, tap->name, TAP_NAME_OCTETS);
    if (ioctl(tap->fd, TUNSETIFF, &request) != 0) {
        attach_explain(tap->name, errno);
        return false;
    }
    if (!offload_set(tap) || ioctl(tap->fd, TUNGETIFF, &request) != 0) {
        target_error("cannot set up %s: %s%s", tap->name, strerror(errno),
                     tap->offload ? "; try without --offload" : "");
        return false;
    }
    // Only a persistent TAP can have been there before: any other has its one user already.
    tap->created = (request.ifr_flags & IFF_PERSIST) == 0;
    return true;
}

bool tap_open(struct tap *tap, const char *name, bool offload)
{
    LWIP_ASSERT("the name was checked", tap_name_problem(name) == NULL);
    *tap = (struct tap){.netdev.ops = offload ? &tap_offload_ops : &tap_ops, .offload = offload};
    memcpy(tap->name, name, strlen(name));
    tap->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tap->fd < 0) {
        open_explain(errno);
        return false;
    }
    tap->control_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (tap->control_fd < 0) {
        target_error("cannot open a socket: %s", strerror(errno));
        close(tap->fd);
        return false;
    }
    if (!tap_attach(tap)) {
        tap_close(tap);
        return false;
    }
    return true;
}

void tap_close(struct tap *tap)
{
    if (tap->offload) {
        ioctl(tap->fd, TUNSETOFFLOAD, 0); // for a TAP that stays
    }
    close(tap->control_fd);
    close(tap->fd);
}
