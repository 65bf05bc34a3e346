// SPDX-License-Identifier: BSD-3-Clause
// What controls a LAN9118: its registers, and the MAC's and PHY's behind them.
#include "lan9118_control.h"

#include "lan9118_regs.h"
#include "mmio/mmio.h"

#define AN_ABILITIES (AN_100_FULL | AN_100_HALF | AN_10_FULL | AN_10_HALF)

enum {
    SETTLING_READS = 3,
    TX_FIF_SZ = 5, // KB of the 16 for transmission; statuses take 512 octets of these
    POWER_UP_US = 100000,
    RESET_US = 10000,
    EEPROM_US = 100000,
    CSR_US = 100,
    MII_US = 1000,
};

void lan9118_write(const struct lan9118 *lan, unsigned offset, uint32_t value)
{
    mmio_write32(lan->base + offset, value);
}

uint32_t lan9118_read(const struct lan9118 *lan, unsigned offset)
{
    for (int i = 0; i < SETTLING_READS; i++) {
        mmio_read32(lan->base + BYTE_TEST);
    }
    return mmio_read32(lan->base + offset);
}

/// Waits until the bits of `mask` in a register are `value`.
/// Returns false when they were not within `limit_us`.
static bool read_until(const struct lan9118 *lan, unsigned offset, uint32_t mask, uint32_t value,
                       unsigned limit_us)
{
    for (unsigned i = 0; i < limit_us * LAN9118_READS_PER_US; i++) {
        if ((lan9118_read(lan, offset) & mask) == value) {
            return true;
        }
    }
    COUNT(lan9118_counters.no_answers);
    return false;
}

// The MAC's registers and, behind these, the PHY's are reached through others, which takes time.

static bool mac_write(const struct lan9118 *lan, unsigned index, uint32_t value)
{
    lan9118_write(lan, MAC_CSR_DATA, value);
    lan9118_write(lan, MAC_CSR_CMD, MAC_CSR_CMD_BUSY | index);
    return read_until(lan, MAC_CSR_CMD, MAC_CSR_CMD_BUSY, 0, CSR_US);
}

static bool mac_read(const struct lan9118 *lan, unsigned index, uint32_t *value)
{
    lan9118_write(lan, MAC_CSR_CMD, MAC_CSR_CMD_BUSY | MAC_CSR_CMD_READ | index);
    if (!read_until(lan, MAC_CSR_CMD, MAC_CSR_CMD_BUSY, 0, CSR_US)) {
        return false;
    }
    *value = lan9118_read(lan, MAC_CSR_DATA);
    return true;
}

static bool phy_access(const struct lan9118 *lan, unsigned index, uint32_t direction)
{
    uint32_t access = MII_ACC_PHY | index << MII_ACC_INDEX_POS | direction | MII_ACC_BUSY;
    if (!mac_write(lan, MII_ACC, access)) {
        return false;
    }
    for (int i = 0; i < MII_US * LAN9118_READS_PER_US / 2; i++) { // mac_read() makes two
        if (!mac_read(lan, MII_ACC, &access)) {
            return false;
        }
        if ((access & MII_ACC_BUSY) == 0) {
            return true;
        }
    }
    COUNT(lan9118_counters.no_answers);
    return false;
}

static bool phy_write(const struct lan9118 *lan, unsigned index, uint32_t value)
{
    return mac_write(lan, MII_DATA, value) && phy_access(lan, index, MII_ACC_WRITE);
}

static bool phy_read(const struct lan9118 *lan, unsigned index, uint32_t *value)
{
    return phy_access(lan, index, 0) && mac_read(lan, MII_DATA, value);
}

/// Returns whether the best that both ends of the link can do is full duplex.
/// Source: IEEE 802.3, annex 28B.3.
static bool is_full_duplex(uint32_t partner)
{
    uint32_t common = partner & AN_ABILITIES;
    return (common & AN_100_FULL) != 0 || (common & (AN_100_HALF | AN_10_FULL)) == AN_10_FULL;
}

bool lan9118_link_read(struct lan9118 *lan)
{
    uint32_t status;
    uint32_t partner;
    lan->up = false;
    // The source is cleared first: what changes from here on interrupts again. BSR keeps that a
    // link was down until it is read, so only the second read tells how things are.
    if (!phy_read(lan, PHY_INT_SOURCE, &status) || !phy_read(lan, PHY_BSR, &status) ||
        !phy_read(lan, PHY_BSR, &status) || !phy_read(lan, PHY_ANLPAR, &partner)) {
        return false;
    }
    lan->up = (status & BSR_LINK) != 0;
    lan->mac_cr &= ~MAC_CR_FDPX;
    if (is_full_duplex(partner)) {
        lan->mac_cr |= MAC_CR_FDPX;
    }
    return mac_write(lan, MAC_CR, lan->mac_cr);
}

static bool mac_configure(struct lan9118 *lan)
{
    const uint8_t *mac = lan->mac;
    uint32_t low = mac[0] | (uint32_t)mac[1] << 8 | (uint32_t)mac[2] << 16 | (uint32_t)mac[3] << 24;
    uint32_t high = mac[4] | (uint32_t)mac[5] << 8;
    lan->mac_cr = MAC_CR_MCPAS | MAC_CR_TXEN | MAC_CR_RXEN;
    // With VLAN1 a frame may be longer by its tag.
    return mac_write(lan, ADDRL, low) && mac_write(lan, ADDRH, high) &&
           mac_write(lan, VLAN1, VLAN_TYPE) && mac_write(lan, MAC_CR, lan->mac_cr);
}

bool lan9118_run(struct lan9118 *lan)
{
    lan->rx_octets = 0;
    lan->tx_refused = 0;
    lan->interrupted = true; // as the reset masks all
    lan9118_write(lan, HW_CFG, HW_CFG_SRST);
    if (!read_until(lan, HW_CFG, HW_CFG_SRST, 0, RESET_US) ||
        !read_until(lan, E2P_CMD, E2P_CMD_EPC_BUSY, 0, EEPROM_US)) {
        return false;
    }
    lan9118_write(lan, HW_CFG, HW_CFG_MBO | TX_FIF_SZ << HW_CFG_TX_FIF_SZ_POS);
    lan9118_write(lan, IRQ_CFG, IRQ_CFG_IRQ_EN | IRQ_CFG_IRQ_POL | IRQ_CFG_IRQ_TYPE);
    lan9118_write(lan, RX_CFG, LAN9118_PAD_OCTETS << RX_CFG_RXDOFF_POS);
    lan9118_write(lan, TX_CFG, TX_CFG_TXSAO | TX_CFG_TX_ON);
    return mac_configure(lan) &&
           phy_write(lan, PHY_INT_MASK, PHY_INT_AN_COMPLETE | PHY_INT_LINK_DOWN) &&
           lan9118_link_read(lan);
}

bool lan9118_negotiate(struct lan9118 *lan)
{
    return phy_write(lan, PHY_ANAR, AN_ABILITIES | AN_802_3) &&
           phy_write(lan, PHY_BCR, BCR_AN_START) && lan9118_link_read(lan);
}

bool lan9118_halt(struct lan9118 *lan)
{
    lan9118_write(lan, INT_EN, 0);
    return mac_write(lan, MAC_CR, 0);
}

void lan9118_power_up(struct lan9118 *lan)
{
    lan9118_write(lan, BYTE_TEST, 0); // any write wakes it (section 3.10.2.2)
    if (read_until(lan, PMT_CTRL, PMT_CTRL_READY, PMT_CTRL_READY, POWER_UP_US)) {
        lan9118_write(lan, INT_EN, 0);
        // Until it is told otherwise, the line is active low: an interrupt without end.
        lan9118_write(lan, IRQ_CFG, IRQ_CFG_IRQ_EN | IRQ_CFG_IRQ_POL | IRQ_CFG_IRQ_TYPE);
    }
}

bool lan9118_mac(struct lan9118 *lan, uint8_t mac[NETDEV_MAC_OCTETS])
{
    uint32_t low;
    uint32_t high;
    if (!read_until(lan, E2P_CMD, E2P_CMD_EPC_BUSY, 0, EEPROM_US) ||
        (lan9118_read(lan, E2P_CMD) & E2P_CMD_MAC_LOADED) == 0 || !mac_read(lan, ADDRL, &low) ||
        !mac_read(lan, ADDRH, &high)) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        mac[i] = (uint8_t)(low >> 8 * i);
    }
    mac[4] = (uint8_t)high;
    mac[5] = (uint8_t)(high >> 8);
    return true;
}
