// SPDX-License-Identifier: BSD-3-Clause
// A model of the LAN9118 as its datasheet describes it.
#include "lan9118_model.h"

#include <string.h>

#include "lan9118_regs.h"

enum {
    FCS_OCTETS = 4,
    RX_WORDS_MAX = 10560 / 4, // with TX_FIF_SZ 5: section 5.3.9
    RX_STATUSES_MAX = 704 / 4,
    TX_OCTETS_MAX = 4608,
    TX_STATUSES_MAX = 512 / 4,
    WIRE_OCTETS_MAX = 8192,
    READS_UNTIL_VALID = 3,      // the most that a register here needs
    DROP_READS_UNTIL_VALID = 4, // after it was read, which clears it
    ALIASES_OCTETS = 0x20,      // of each data FIFO
};

#define TX_COMMAND_A_RESERVED 0x7CE0C800u

struct lan9118_model lan9118_model;

static struct {
    uint32_t registers[0x100 / 4];
    uint32_t mac[16];
    uint32_t phy[32];
    uint32_t rx[RX_WORDS_MAX];
    size_t rx_used;
    uint32_t rx_statuses[RX_STATUSES_MAX];
    size_t rx_statuses_used;
    bool rx_offset_pending; // the next word read is the first of a frame
    uint32_t rx_drop;
    uint32_t command_a;
    size_t tx_words; // of the frame under way, 0: a command is next
    size_t tx_used;  // octets in the TX data FIFO
    size_t tx_statuses_used;
    uint8_t tx_frame[2 * 2048];
    uint8_t wire[WIRE_OCTETS_MAX]; // frames sent, each behind two octets of length
    size_t wire_used;
    unsigned reads_since_change;
    unsigned reads_since_drop;
} chip;

static uint32_t *reg(uint32_t offset)
{
    return &chip.registers[offset / 4];
}

static void link_set(bool up)
{
    if (!up) {
        chip.phy[PHY_BSR] &= ~BSR_LINK; // until it is read, even if the link comes back before
    }
    chip.phy[PHY_ANLPAR] = up ? lan9118_model.partner : 0;
    chip.phy[PHY_INT_SOURCE] |= up ? PHY_INT_AN_COMPLETE : PHY_INT_LINK_DOWN;
}

static void soft_reset(void)
{
    uint32_t irq_cfg = *reg(IRQ_CFG) & (IRQ_CFG_IRQ_POL | IRQ_CFG_IRQ_TYPE);
    memset(chip.registers, 0, sizeof(chip.registers));
    memset(chip.mac, 0, sizeof(chip.mac));
    *reg(IRQ_CFG) = irq_cfg; // these survive: section 5.3.2
    *reg(HW_CFG) = 5 << HW_CFG_TX_FIF_SZ_POS;
    *reg(E2P_CMD) = lan9118_model.has_eeprom ? E2P_CMD_MAC_LOADED : 0;
    chip.mac[MAC_CR] = 0x00040000; // promiscuous
    chip.mac[ADDRL] = lan9118_model.has_eeprom ? 0x33221102 : 0xFFFFFFFF;
    chip.mac[ADDRH] = lan9118_model.has_eeprom ? 0x5544 : 0xFFFF;
    chip.rx_used = 0;
    chip.rx_statuses_used = 0;
    chip.rx_offset_pending = true;
    chip.rx_drop = 0;
    chip.tx_words = 0;
    chip.tx_used = 0;
    chip.tx_statuses_used = 0;
}

void lan9118_model_reset(void)
{
    lan9118_model = (struct lan9118_model){.cable = true, .partner = 0x41E1, .has_eeprom = true};
    memset(&chip, 0, sizeof(chip));
    chip.reads_since_drop = DROP_READS_UNTIL_VALID;
    soft_reset();
    link_set(true);
}

static uint32_t interrupts_raised(void)
{
    uint32_t raised = *reg(INT_STS);
    raised |= (chip.phy[PHY_INT_SOURCE] & chip.phy[PHY_INT_MASK]) != 0 ? INT_PHY : 0;
    raised |= lan9118_model.rsfl_is_level && chip.rx_statuses_used > 0 ? INT_RSFL : 0;
    return raised;
}

bool lan9118_model_interrupts(void)
{
    bool active =
        (interrupts_raised() & *reg(INT_EN)) != 0 && (*reg(IRQ_CFG) & IRQ_CFG_IRQ_EN) != 0;
    bool is_high = (*reg(IRQ_CFG) & IRQ_CFG_IRQ_POL) != 0;
    return active == is_high;
}

void lan9118_model_raise(uint32_t events)
{
    *reg(INT_STS) |= events;
}

void lan9118_model_cable(bool connected)
{
    lan9118_model.cable = connected;
    link_set(connected);
}

// Receiving

void lan9118_model_receive_status(unsigned status)
{
    assert_true(chip.rx_statuses_used < RX_STATUSES_MAX);
    chip.rx_statuses[chip.rx_statuses_used++] = status;
    *reg(INT_STS) |= INT_RSFL;
}

void lan9118_model_receive(const uint8_t *frame, size_t octets, unsigned status)
{
    size_t offset = *reg(RX_CFG) >> RX_CFG_RXDOFF_POS & 0x1F;
    size_t words = (offset + octets + FCS_OCTETS + 3) / 4;
    if ((chip.mac[MAC_CR] & MAC_CR_RXEN) == 0) {
        return;
    }
    if (chip.rx_used + words > RX_WORDS_MAX || chip.rx_statuses_used == RX_STATUSES_MAX) {
        chip.rx_drop++;
        return;
    }
    uint8_t *at = (uint8_t *)&chip.rx[chip.rx_used];
    memset(at, 0xEE, words * 4); // padding and FCS
    memcpy(at + offset, frame, octets);
    chip.rx_used += words;
    lan9118_model_receive_status(status | (unsigned)(octets + FCS_OCTETS) << 16);
}

static uint32_t queue_pop(uint32_t *queue, size_t *used)
{
    if (*used == 0) {
        lan9118_model.rx_underruns++;
        *reg(INT_STS) |= INT_RXE;
        return 0;
    }
    uint32_t word = queue[0];
    (*used)--;
    memmove(queue, queue + 1, *used * sizeof(*queue));
    return word;
}

// Sending

static void tx_frame_end(size_t octets)
{
    chip.wire[chip.wire_used] = (uint8_t)octets;
    chip.wire[chip.wire_used + 1] = (uint8_t)(octets >> 8);
    memcpy(chip.wire + chip.wire_used + 2, chip.tx_frame, octets);
    chip.wire_used += 2 + octets;
    assert_in_range(chip.wire_used, 0, WIRE_OCTETS_MAX - 2048);
    if (!lan9118_model.tx_hangs) {
        chip.tx_used = 0;
        if (chip.tx_statuses_used < TX_STATUSES_MAX) {
            chip.tx_statuses_used++;
        }
    }
}

static void tx_write(uint32_t word)
{
    if (chip.tx_used + 4 > TX_OCTETS_MAX || (*reg(TX_CFG) & TX_CFG_TX_ON) == 0) {
        lan9118_model.tx_overruns++;
        return;
    }
    chip.tx_used += 4;
    size_t octets = chip.command_a & 0x7FF;
    size_t offset = chip.command_a >> TX_COMMAND_A_OFFSET_POS & 0x1F;
    if (chip.tx_words == 0) {
        uint32_t whole = TX_COMMAND_A_FIRST | TX_COMMAND_A_LAST;
        chip.command_a = word;
        lan9118_model.tx_overruns += (word & TX_COMMAND_A_RESERVED) != 0 || (word & whole) != whole;
    } else if (chip.tx_words == 1) {
        lan9118_model.tx_overruns += word != octets; // no tag, with FCS and padding
    } else {
        memcpy(chip.tx_frame + (chip.tx_words - 2) * 4, &word, 4);
    }
    chip.tx_words++;
    if (chip.tx_words > 2 && (chip.tx_words - 2) * 4 >= offset + octets) {
        memmove(chip.tx_frame, chip.tx_frame + offset, octets);
        chip.tx_words = 0;
        tx_frame_end(octets);
    }
}

size_t lan9118_model_sent(uint8_t *frame)
{
    if (chip.wire_used == 0) {
        return 0;
    }
    size_t octets = chip.wire[0] | (size_t)chip.wire[1] << 8;
    memcpy(frame, chip.wire + 2, octets);
    chip.wire_used -= 2 + octets;
    memmove(chip.wire, chip.wire + 2 + octets, chip.wire_used);
    return octets;
}

// MAC and PHY

static void mii_access(uint32_t access)
{
    unsigned index = access >> MII_ACC_INDEX_POS & 0x1F;
    chip.mac[MII_ACC] = lan9118_model.mii_hangs ? access : access & ~MII_ACC_BUSY;
    if ((access >> 11 & 0x1F) != 1) {
        chip.mac[MII_DATA] = 0xFFFF;
    } else if ((access & MII_ACC_WRITE) != 0) {
        chip.phy[index] = chip.mac[MII_DATA];
    } else {
        chip.mac[MII_DATA] = chip.phy[index];
    }
    if (index == PHY_INT_SOURCE) {
        chip.phy[index] = 0;
    }
    if (index == PHY_BSR && lan9118_model.cable) {
        chip.phy[PHY_BSR] |= BSR_LINK;
    }
}

static void csr_command(uint32_t command)
{
    unsigned index = command & 0xF;
    *reg(MAC_CSR_CMD) = lan9118_model.csr_hangs ? command : command & ~MAC_CSR_CMD_BUSY;
    if ((command & MAC_CSR_CMD_READ) != 0) {
        *reg(MAC_CSR_DATA) = chip.mac[index];
        return;
    }
    chip.mac[index] = *reg(MAC_CSR_DATA);
    if (index == MII_ACC) {
        mii_access(chip.mac[index]);
    }
    lan9118_model.mac_cr = chip.mac[MAC_CR];
    for (int i = 0; i < 6; i++) {
        lan9118_model.mac[i] = (uint8_t)(chip.mac[i < 4 ? ADDRL : ADDRH] >> 8 * (i % 4));
    }
}

// The bus

static uint32_t register_read(uint32_t offset)
{
    lan9118_model.hurried_reads += offset == RX_DROP
                                       ? chip.reads_since_drop < DROP_READS_UNTIL_VALID
                                       : chip.reads_since_change < READS_UNTIL_VALID;
    switch (offset) {
    case INT_STS:
        return interrupts_raised();
    case RX_FIFO_INF:
        return (uint32_t)(chip.rx_statuses_used << 16 | chip.rx_used * 4);
    case TX_FIFO_INF:
        return (uint32_t)(chip.tx_statuses_used << 16 | (TX_OCTETS_MAX - chip.tx_used));
    case PMT_CTRL:
        return lan9118_model.asleep ? 0 : PMT_CTRL_READY;
    case RX_DROP: {
        uint32_t dropped = chip.rx_drop;
        chip.rx_drop = 0;
        chip.reads_since_drop = 0;
        return dropped;
    }
    case E2P_CMD:
        return *reg(E2P_CMD) | (lan9118_model.eeprom_hangs ? E2P_CMD_EPC_BUSY : 0);
    default:
        return *reg(offset);
    }
}

static uint32_t on_read(uint32_t offset)
{
    if (lan9118_model.absent) {
        return 0xFFFFFFFF;
    }
    if (offset == BYTE_TEST) {
        chip.reads_since_change++;
        chip.reads_since_drop++;
        return BYTE_TEST_VALUE;
    }
    if (offset > TX_STATUS_FIFO) {
        return register_read(offset);
    }
    chip.reads_since_change = 0;
    if (offset < RX_DATA_FIFO + ALIASES_OCTETS) {
        return queue_pop(chip.rx, &chip.rx_used);
    }
    if (offset == RX_STATUS_FIFO) {
        return queue_pop(chip.rx_statuses, &chip.rx_statuses_used);
    }
    assert_int_equal(offset, TX_STATUS_FIFO);
    assert_true(chip.tx_statuses_used > 0);
    chip.tx_statuses_used--;
    return lan9118_model.tx_status;
}

static void on_write(uint32_t offset, uint32_t value)
{
    chip.reads_since_change = 0;
    if (lan9118_model.absent) {
        return;
    }
    if (offset >= TX_DATA_FIFO && offset < TX_DATA_FIFO + ALIASES_OCTETS) {
        tx_write(value);
        return;
    }
    switch (offset) {
    case BYTE_TEST:
        return;
    case INT_STS:
        *reg(INT_STS) &= ~value;
        return;
    case HW_CFG:
        if ((value & HW_CFG_SRST) != 0) {
            soft_reset();
        }
        *reg(HW_CFG) = lan9118_model.reset_hangs ? value : value & ~HW_CFG_SRST;
        return;
    case MAC_CSR_CMD:
        csr_command(value);
        return;
    default:
        *reg(offset) = value;
        return;
    }
}

const struct bus_device lan9118_model_bus = {on_read, on_write};
