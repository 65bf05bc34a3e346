// SPDX-License-Identifier: BSD-3-Clause
// Registers of the LAN9118, by the names of its datasheet (revision 1.5).
#ifndef LWECHO_PORT_DRIVERS_LAN9118_REGS_H
#define LWECHO_PORT_DRIVERS_LAN9118_REGS_H

// System control and status registers, sections 5.2 and 5.3.
enum {
    RX_DATA_FIFO = 0x00,
    TX_DATA_FIFO = 0x20,
    RX_STATUS_FIFO = 0x40,
    TX_STATUS_FIFO = 0x48,
    IRQ_CFG = 0x54,
    INT_STS = 0x58,
    INT_EN = 0x5C,
    BYTE_TEST = 0x64,
    RX_CFG = 0x6C,
    TX_CFG = 0x70,
    HW_CFG = 0x74,
    RX_FIFO_INF = 0x7C,
    TX_FIFO_INF = 0x80,
    PMT_CTRL = 0x84,
    RX_DROP = 0xA0,
    MAC_CSR_CMD = 0xA4,
    MAC_CSR_DATA = 0xA8,
    E2P_CMD = 0xB0,
};

#define IRQ_CFG_IRQ_EN (1u << 8)
#define IRQ_CFG_IRQ_POL (1u << 4)  // active high
#define IRQ_CFG_IRQ_TYPE (1u << 0) // push-pull
#define INT_PHY (1u << 18)
#define INT_RXE (1u << 14)
#define INT_TXE (1u << 13)
#define INT_RSFL (1u << 3) // a frame waits: RX status FIFO above its level, which resets to 0
#define BYTE_TEST_VALUE 0x87654321u
#define RX_CFG_RXDOFF_POS 8
#define TX_CFG_TXSAO (1u << 2) // statuses that nobody takes do not stop the transmitter
#define TX_CFG_TX_ON (1u << 1)
#define HW_CFG_TX_FIF_SZ_POS 16
#define HW_CFG_MBO (1u << 20) // must be one
#define HW_CFG_SRST (1u << 0)
#define PMT_CTRL_READY (1u << 0)
#define MAC_CSR_CMD_BUSY (1u << 31)
#define MAC_CSR_CMD_READ (1u << 30)
#define E2P_CMD_EPC_BUSY (1u << 31)
#define E2P_CMD_MAC_LOADED (1u << 8)

// Words in the FIFOs, sections 3.12.2, 3.12.4 and 3.13.3.
#define TX_COMMAND_A_OFFSET_POS 16
#define TX_COMMAND_A_FIRST (1u << 13)
#define TX_COMMAND_A_LAST (1u << 12)
#define STATUS_ERROR (1u << 15)

// MAC control and status registers, section 5.4.
enum {
    MAC_CR = 1,
    ADDRH = 2,
    ADDRL = 3,
    MII_ACC = 6,
    MII_DATA = 7,
    VLAN1 = 9,
};

#define MAC_CR_FDPX (1u << 20)
#define MAC_CR_MCPAS (1u << 19) // all multicast
#define MAC_CR_TXEN (1u << 3)
#define MAC_CR_RXEN (1u << 2)
#define MII_ACC_PHY (1u << 11) // the internal PHY's address is 1
#define MII_ACC_INDEX_POS 6
#define MII_ACC_WRITE (1u << 1)
#define MII_ACC_BUSY (1u << 0)
#define VLAN_TYPE 0x8100u

// PHY registers, section 5.5.
enum {
    PHY_BCR = 0,
    PHY_BSR = 1,
    PHY_ANAR = 4,
    PHY_ANLPAR = 5,
    PHY_INT_SOURCE = 29,
    PHY_INT_MASK = 30,
};

#define BCR_AN_START 0x1200u // enable and restart auto-negotiation
#define BSR_LINK (1u << 2)
#define AN_100_FULL (1u << 8)
#define AN_100_HALF (1u << 7)
#define AN_10_FULL (1u << 6)
#define AN_10_HALF (1u << 5)
#define AN_802_3 (1u << 0) // the selector of IEEE 802.3
#define PHY_INT_AN_COMPLETE (1u << 6)
#define PHY_INT_LINK_DOWN (1u << 4)

#endif
