// SPDX-License-Identifier: BSD-3-Clause
// A model of the Cadence GEM and its PHY as the datasheet describes them.
#include "cadence_gem_model.h"

#include <string.h>

#include "cadence_gem_regs.h"

enum {
    REGISTERS_OCTETS = 0x300,
    DESCRIPTOR_OCTETS = 8,
    TX_OCTETS_MAX = 1 << 14,
    WIRE_OCTETS_MAX = 8192,
    TX_READS = 3,   // of TX_STATUS until a frame is sent, and as many until the MAC has stopped
    MDIO_READS = 3, // of NET_STATUS until the PHY has answered
    MII_REGISTERS = 32,
};

struct cadence_gem_model cadence_gem_model;

static struct {
    uint32_t registers[REGISTERS_OCTETS / 4];
    uint32_t intr_enabled;
    uint32_t rx_at; // address of the next descriptor
    uint32_t tx_at;
    bool rx_stalled;
    unsigned tx_reads_left; // until the frame under way is sent
    unsigned go_reads_left; // until the MAC has found nothing more to send
    unsigned mdio_reads_left;
    unsigned mii_answer;
    bool link;
    bool link_was_lost;
    uint8_t wire[WIRE_OCTETS_MAX]; // frames sent, each behind two octets of length
    size_t wire_used;
} mac;

static uint32_t *reg(uint32_t offset)
{
    assert_in_range(offset, 0, REGISTERS_OCTETS - 4);
    return &mac.registers[offset / 4];
}

static bool is_on(uint32_t offset, uint32_t bit)
{
    return (*reg(offset) & bit) != 0;
}

static void interrupt_raise(uint32_t which)
{
    *reg(INTR_STATUS) |= which & mac.intr_enabled;
}

bool cadence_gem_model_interrupts(void)
{
    return *reg(INTR_STATUS) != 0;
}

void cadence_gem_model_reset(void)
{
    memset(&mac, 0, sizeof(mac));
    mac.link = true;
    mac.link_was_lost = true;
    cadence_gem_model = (struct cadence_gem_model){
        .module_id = 0x10070109,
        .phy = 5,
        .mii_offered = 0x01E1,
        .mii_partner = 0xCDE1,
        .mii_has_1000 = true,
        .mii_offered_1000 = 0x0300,
        .mii_partner_1000 = 0x7C00,
    };
    *reg(DESIGN_CFG1) = 2u << DESIGN_CFG1_BUS_WORDS_POS;
}

// Receiving

static uint32_t *descriptor_at(uint32_t address)
{
    uint32_t *words = bus_memory(address);
    cadence_gem_model.misuses += (uintptr_t)words % DESCRIPTOR_OCTETS != 0;
    return words;
}

static uint32_t rx_buffer_octets(void)
{
    return (*reg(DMA_CFG) >> DMA_CFG_RX_BUF_SIZE_POS & 0xFF) * 64;
}

/// Returns the descriptor of the next free buffer, NULL when there is none: it then stalls.
static uint32_t *rx_descriptor(void)
{
    uint32_t *words = descriptor_at(mac.rx_at);
    if ((words[0] & RX_DESC_USED) == 0) {
        return words;
    }
    mac.rx_stalled = true;
    *reg(RX_STATUS) |= RX_STATUS_NO_BUFFER;
    interrupt_raise(INTR_RX_USED_READ);
    return NULL;
}

static void rx_descriptor_done(uint32_t *words, uint32_t status)
{
    words[1] = status;
    words[0] |= RX_DESC_USED;
    mac.rx_at = (words[0] & RX_DESC_WRAP) != 0 ? *reg(RX_QBAR) : mac.rx_at + DESCRIPTOR_OCTETS;
    *reg(RX_STATUS) |= RX_STATUS_RECEIVED;
    interrupt_raise(INTR_RX_COMPLETE);
}

static bool rx_is_possible(void)
{
    bool possible = is_on(NET_CTRL, NET_CTRL_RX_EN) && !mac.rx_stalled;
    cadence_gem_model.rx_lost += !possible;
    return possible;
}

void cadence_gem_model_receive(const uint8_t *frame, size_t octets)
{
    if (!rx_is_possible()) {
        return;
    }
    uint32_t offset = *reg(NET_CFG) >> NET_CFG_RX_OFFSET_POS & 3;
    uint32_t status = RX_DESC_START;
    for (size_t done = 0; done < octets;) {
        uint32_t *words = rx_descriptor();
        if (words == NULL) {
            cadence_gem_model.rx_lost++;
            return;
        }
        uint8_t *buffer = bus_memory(words[0] & ~3u);
        cadence_gem_model.misuses += (uintptr_t)buffer % 4 != 0;
        size_t part = octets - done < rx_buffer_octets() - offset ? octets - done
                                                                  : rx_buffer_octets() - offset;
        memcpy(buffer + offset, frame + done, part);
        done += part;
        rx_descriptor_done(words, done < octets ? status : status | RX_DESC_END | (uint32_t)octets);
        offset = 0;
        status = 0;
    }
}

void cadence_gem_model_receive_status(uint32_t status)
{
    if (rx_is_possible()) {
        uint32_t *words = rx_descriptor();
        if (words == NULL) {
            cadence_gem_model.rx_lost++;
            return;
        }
        rx_descriptor_done(words, status);
    }
}

void cadence_gem_model_rx_fail(uint32_t status)
{
    mac.rx_stalled = true;
    *reg(RX_STATUS) |= status;
    interrupt_raise((status & RX_STATUS_OVERRUN) != 0 ? INTR_RX_OVERRUN : INTR_BUS_ERROR);
}

// Transmitting

static void wire_put(const uint8_t *frame, size_t octets)
{
    assert_true(mac.wire_used + 2 + octets <= WIRE_OCTETS_MAX);
    mac.wire[mac.wire_used++] = (uint8_t)octets;
    mac.wire[mac.wire_used++] = (uint8_t)(octets >> 8);
    memcpy(mac.wire + mac.wire_used, frame, octets);
    mac.wire_used += octets;
}

size_t cadence_gem_model_sent(uint8_t *frame)
{
    if (mac.wire_used == 0) {
        return 0;
    }
    size_t octets = mac.wire[0] | (size_t)mac.wire[1] << 8;
    memcpy(frame, mac.wire + 2, octets);
    mac.wire_used -= 2 + octets;
    memmove(mac.wire, mac.wire + 2 + octets, mac.wire_used);
    return octets;
}

static uint32_t tx_behind(uint32_t at)
{
    bool wraps = (descriptor_at(at)[1] & TX_DESC_WRAP) != 0;
    return wraps ? *reg(TX_QBAR) : at + DESCRIPTOR_OCTETS;
}

/// Sends the frame at `tx_at`, whose memory is read only now, and looks at the descriptor behind
/// it.
static void tx_send(void)
{
    static uint8_t frame[TX_OCTETS_MAX];
    uint32_t *first = descriptor_at(mac.tx_at);
    size_t octets = 0;
    uint32_t status;
    do {
        const uint32_t *words = descriptor_at(mac.tx_at);
        status = words[1];
        size_t part = status & TX_DESC_OCTETS;
        cadence_gem_model.misuses += (status & TX_DESC_USED) != 0 || part == 0;
        assert_in_range(octets + part, 0, TX_OCTETS_MAX);
        memcpy(frame + octets, bus_memory(words[0]), part);
        octets += part;
        mac.tx_at = tx_behind(mac.tx_at);
    } while ((status & (TX_DESC_LAST | TX_DESC_USED)) == 0);
    first[1] |= TX_DESC_USED;
    // Had it been read while the frame was on its way, a used one would have had to be there
    // already.
    cadence_gem_model.misuses += (descriptor_at(mac.tx_at)[1] & TX_DESC_USED) == 0;
    cadence_gem_model.misuses += first == descriptor_at(mac.tx_at);
    wire_put(frame, octets);
    *reg(TX_STATUS) |= TX_STATUS_COMPLETE;
    mac.go_reads_left = TX_READS;
}

static void tx_stop(void)
{
    mac.tx_reads_left = 0;
    mac.go_reads_left = 0;
    mac.tx_at = *reg(TX_QBAR);
    if (!cadence_gem_model.tx_go_sticks) {
        *reg(TX_STATUS) &= ~TX_STATUS_GO;
    }
}

static void tx_advance(void)
{
    if (mac.tx_reads_left > 0 && --mac.tx_reads_left == 0) {
        if (cadence_gem_model.tx_failure != 0) {
            tx_stop();
            *reg(TX_STATUS) |= cadence_gem_model.tx_failure;
        } else if (!cadence_gem_model.tx_hangs) {
            tx_send();
        }
    } else if (mac.go_reads_left > 0 && --mac.go_reads_left == 0) {
        *reg(TX_STATUS) &= ~TX_STATUS_GO;
        *reg(TX_STATUS) |= TX_STATUS_USED_READ;
    }
}

static void net_ctrl_write(uint32_t value)
{
    bool rx_starts = (value & NET_CTRL_RX_EN) != 0 && !is_on(NET_CTRL, NET_CTRL_RX_EN);
    *reg(NET_CTRL) = value & ~(NET_CTRL_START_TX | NET_CTRL_CLEAR_STAT);
    if (rx_starts) {
        mac.rx_stalled = false;
        cadence_gem_model.rx_restarts++;
    }
    if ((value & NET_CTRL_TX_EN) == 0) {
        tx_stop();
    } else if ((value & NET_CTRL_START_TX) != 0) {
        cadence_gem_model.misuses += is_on(TX_STATUS, TX_STATUS_GO); // it may be overlooked
        *reg(TX_STATUS) |= TX_STATUS_GO;
        mac.tx_reads_left = TX_READS;
    }
}

// The PHY

static unsigned mii_read(unsigned phy, unsigned index)
{
    bool link = mac.link && !mac.link_was_lost;
    const unsigned registers[MII_REGISTERS] = {
        [MII_STATUS] = 0x7800 | (link ? MII_STATUS_LINK : 0) |
                       (cadence_gem_model.mii_has_1000 ? MII_STATUS_EXTENDED : 0),
        [MII_ID1] = 0x0141,
        [MII_OFFERED] = cadence_gem_model.mii_offered,
        [MII_PARTNER] = cadence_gem_model.mii_partner,
        [MII_OFFERED_1000] =
            cadence_gem_model.mii_has_1000 ? cadence_gem_model.mii_offered_1000 : MII_ABSENT,
        [MII_PARTNER_1000] =
            cadence_gem_model.mii_has_1000 ? cadence_gem_model.mii_partner_1000 : MII_ABSENT,
    };
    if (phy != cadence_gem_model.phy) {
        return MII_ABSENT;
    }
    if (index == MII_STATUS) {
        mac.link_was_lost = !mac.link;
    }
    return registers[index];
}

void cadence_gem_model_link(bool up)
{
    mac.link = up;
    mac.link_was_lost = mac.link_was_lost || !up;
}

static void phy_maint_write(uint32_t value)
{
    cadence_gem_model.misuses += mac.mdio_reads_left > 0 && !cadence_gem_model.mdio_hangs;
    cadence_gem_model.misuses += !is_on(NET_CTRL, NET_CTRL_MGMT_PORT_EN);
    cadence_gem_model.misuses += (value & ~(31u << PHY_MAINT_PHY_POS | 31u << PHY_MAINT_REG_POS)) !=
                                 (PHY_MAINT_READ | PHY_MAINT_TURN_AROUND);
    mac.mdio_reads_left = MDIO_READS;
    mac.mii_answer = mii_read(value >> PHY_MAINT_PHY_POS & 31, value >> PHY_MAINT_REG_POS & 31);
}

static uint32_t net_status_read(void)
{
    if (mac.mdio_reads_left > 0 && !cadence_gem_model.mdio_hangs) {
        mac.mdio_reads_left--;
    }
    return mac.mdio_reads_left == 0 ? NET_STATUS_PHY_IDLE : 0;
}

// The bus

static uint32_t on_read(uint32_t offset)
{
    uint32_t value = *reg(offset);
    switch (offset) {
    case MODULE_ID:
        return cadence_gem_model.module_id;
    case NET_STATUS:
        return net_status_read();
    case PHY_MAINT:
        return mac.mdio_reads_left == 0 ? mac.mii_answer : 0;
    case TX_STATUS:
        tx_advance();
        return *reg(TX_STATUS);
    case INTR_STATUS:
        *reg(INTR_STATUS) = cadence_gem_model.intr_write_clears ? value : 0;
        return value;
    default:
        return value;
    }
}

static void on_write(uint32_t offset, uint32_t value)
{
    switch (offset) {
    case NET_CTRL:
        net_ctrl_write(value);
        break;
    case TX_STATUS:
        *reg(offset) &= ~(value & ~TX_STATUS_GO);
        break;
    case RX_STATUS:
        *reg(offset) &= ~value;
        break;
    case INTR_STATUS:
        *reg(offset) &= cadence_gem_model.intr_write_clears ? ~value : UINT32_MAX;
        break;
    case INTR_EN:
        mac.intr_enabled |= value;
        break;
    case INTR_DIS:
        mac.intr_enabled &= ~value;
        break;
    case RX_QBAR:
        cadence_gem_model.misuses += is_on(NET_CTRL, NET_CTRL_RX_EN);
        *reg(offset) = value;
        mac.rx_at = value;
        break;
    case TX_QBAR:
        cadence_gem_model.misuses += is_on(NET_CTRL, NET_CTRL_TX_EN);
        *reg(offset) = value;
        mac.tx_at = value;
        break;
    case PHY_MAINT:
        phy_maint_write(value);
        break;
    case SPEC_ADDR1_TOP:
        *reg(offset) = value;
        memcpy(cadence_gem_model.mac, reg(SPEC_ADDR1_BOT), sizeof(cadence_gem_model.mac));
        break;
    default:
        *reg(offset) = value;
        break;
    }
    cadence_gem_model.net_cfg = *reg(NET_CFG);
    cadence_gem_model.hash = *reg(HASH_BOT) | (uint64_t)*reg(HASH_TOP) << 32;
}

const struct bus_device cadence_gem_model_bus = {on_read, on_write};
