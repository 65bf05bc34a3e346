// SPDX-License-Identifier: BSD-3-Clause
// The registers and descriptors of the Cadence GEM, and the registers of its PHY.
// Source: Xilinx UG585 chapter 16 (descriptors: tables 16-2 and 16-3) and appendix B; IEEE 802.3
// clause 22.
#ifndef LWECHO_PORT_DRIVERS_CADENCE_GEM_REGS_H
#define LWECHO_PORT_DRIVERS_CADENCE_GEM_REGS_H

#define NET_CTRL 0x00
#define NET_CTRL_RX_EN (1u << 2)
#define NET_CTRL_TX_EN (1u << 3)
#define NET_CTRL_MGMT_PORT_EN (1u << 4)
#define NET_CTRL_CLEAR_STAT (1u << 5)
#define NET_CTRL_START_TX (1u << 9)

#define NET_CFG 0x04
#define NET_CFG_SPEED_100 (1u << 0)
#define NET_CFG_FULL_DUPLEX (1u << 1)
#define NET_CFG_MULTI_HASH_EN (1u << 6)
#define NET_CFG_RX_1536 (1u << 8) // else a full frame with a VLAN tag is too long
#define NET_CFG_GIGABIT (1u << 10)
#define NET_CFG_RX_OFFSET_POS 14
#define NET_CFG_FCS_REMOVE (1u << 17)
#define NET_CFG_MDC_DIV_96 (5u << 18) // at most the 2.5 MHz of clause 22 for any pclk up to 240 MHz
#define NET_CFG_BUS_WIDTH_POS 21      // 0, 1, 2: 32, 64, 128 bits

#define NET_STATUS 0x08
#define NET_STATUS_PHY_IDLE (1u << 2)

#define DMA_CFG 0x10
#define DMA_CFG_BURST_16 (0x10u << 0)
#define DMA_CFG_RX_MEMORY_FULL (3u << 8)  // all of the MAC's own packet memory
#define DMA_CFG_TX_MEMORY_FULL (1u << 10) // the same
#define DMA_CFG_RX_BUF_SIZE_POS 16        // in units of 64 octets

#define TX_STATUS 0x14 // all but GO: write 1 to clear
#define TX_STATUS_USED_READ (1u << 0)
#define TX_STATUS_RETRIES (1u << 2)
#define TX_STATUS_GO (1u << 3)
#define TX_STATUS_BUS_CORRUPT (1u << 4)
#define TX_STATUS_COMPLETE (1u << 5)
#define TX_STATUS_UNDERRUN (1u << 6)
#define TX_STATUS_LATE_COLLISION (1u << 7)
#define TX_STATUS_BUS_ERROR (1u << 8)

#define RX_QBAR 0x18
#define TX_QBAR 0x1C

#define RX_STATUS 0x20 // write 1 to clear
#define RX_STATUS_NO_BUFFER (1u << 0)
#define RX_STATUS_RECEIVED (1u << 1)
#define RX_STATUS_OVERRUN (1u << 2)
#define RX_STATUS_BUS_ERROR (1u << 3)

#define INTR_STATUS 0x24
#define INTR_EN 0x28
#define INTR_DIS 0x2C
#define INTR_RX_COMPLETE (1u << 1)
#define INTR_RX_USED_READ (1u << 2)
#define INTR_RX_OVERRUN (1u << 10)
#define INTR_BUS_ERROR (1u << 11)

#define PHY_MAINT 0x34
#define PHY_MAINT_READ (0x6u << 28) // start of frame 01, operation 10
#define PHY_MAINT_PHY_POS 23
#define PHY_MAINT_REG_POS 18
#define PHY_MAINT_TURN_AROUND (0x2u << 16)
#define PHY_MAINT_DATA 0xFFFFu

#define HASH_BOT 0x80
#define HASH_TOP 0x84
#define SPEC_ADDR1_BOT 0x88
#define SPEC_ADDR1_TOP 0x8C

#define MODULE_ID 0xFC
#define MODULE_ID_POS 16
#define MODULE_ID_M 0xFFFu
#define MODULE_ID_GEM 2u // and above; the older MACB has other registers

#define DESIGN_CFG1 0x280
#define DESIGN_CFG1_BUS_WORDS_POS 25 // of 32 bits: 1, 2 or 4
#define DESIGN_CFG1_BUS_WORDS_M 7u

#define RX_DESC_USED (1u << 0) // in the address: the driver's; 0: the MAC may fill the buffer
#define RX_DESC_WRAP (1u << 1) // the same: the last one
#define RX_DESC_OCTETS 0x1FFFu // in the status
#define RX_DESC_START (1u << 14)
#define RX_DESC_END (1u << 15)
#define TX_DESC_OCTETS 0x3FFFu // in the status, as all of these
#define TX_DESC_LAST (1u << 15)
#define TX_DESC_WRAP (1u << 30)
#define TX_DESC_USED (1u << 31) // the driver's; 0: the MAC is to send the piece

#define MII_STATUS 1
#define MII_STATUS_LINK (1u << 2) // 0 until read, once it was
#define MII_STATUS_EXTENDED (1u << 8)
#define MII_ID1 2
#define MII_OFFERED 4
#define MII_PARTNER 5
#define MII_10_FULL (1u << 6)
#define MII_100_HALF (1u << 7)
#define MII_100_FULL (1u << 8)
#define MII_OFFERED_1000 9
#define MII_PARTNER_1000 10 // two bits further up
#define MII_1000_FULL (1u << 9)
#define MII_ABSENT 0xFFFFu // what nobody answers

#endif
