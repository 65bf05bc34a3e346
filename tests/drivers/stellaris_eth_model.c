// SPDX-License-Identifier: BSD-3-Clause
// A model of the Stellaris Ethernet controller as its datasheet describes it.
#include "stellaris_eth_model.h"

#include <string.h>

// Registers: LM3S6965 datasheet, section "Ethernet MAC Register Descriptions".
enum {
    MACRIS = 0x000,
    MACIM = 0x004,
    MACRCTL = 0x008,
    MACTCTL = 0x00C,
    MACDATA = 0x010,
    MACIA0 = 0x014,
    MACIA1 = 0x018,
    MACMCTL = 0x020,
    MACMRXD = 0x030,
    MACNP = 0x034,
    MACTR = 0x038,

    RXINT = 1 << 0,
    RXEN = 1 << 0,
    RSTFIFO = 1 << 4,
    TXEN = 1 << 0,
    PADEN = 1 << 1,
    START = 1 << 0,
    NEWTX = 1 << 0,

    FIFO_WORDS = 2048 / 4, // each way
    FRAMES_MAX = 31,
    LENGTH_OCTETS = 2, // before a frame
    FCS_OCTETS = 4,
    HEADER_OCTETS = 14,
    FRAME_OCTETS_MIN = 60,
};

struct stellaris_eth_model stellaris_eth_model;

static struct {
    uint32_t registers[0x40 / 4];
    uint32_t rx[FIFO_WORDS];
    size_t rx_words;
    size_t rx_frames[FRAMES_MAX]; // words left of each frame in the FIFO, the oldest first
    size_t rx_frames_used;
    uint32_t tx[FIFO_WORDS];
    size_t tx_words;
    bool sending;
    uint8_t wire[FIFO_WORDS * 4];
    size_t wire_octets;
} chip;

static uint32_t *reg(uint32_t offset)
{
    return &chip.registers[offset / 4];
}

void stellaris_eth_model_reset(void)
{
    stellaris_eth_model =
        (struct stellaris_eth_model){.has_phy = true, .link = true, .full_duplex = true};
    memset(&chip, 0, sizeof(chip));
    *reg(MACIM) = 0x7F;
    *reg(MACRCTL) = 0x08;
}

bool stellaris_eth_model_interrupts(void)
{
    return (*reg(MACRIS) & *reg(MACIM)) != 0;
}

void stellaris_eth_model_raise(uint32_t status)
{
    *reg(MACRIS) |= status;
}

// Receiving

static void rx_push(const uint8_t *octets, size_t words)
{
    if (chip.rx_words + words > FIFO_WORDS || chip.rx_frames_used == FRAMES_MAX) {
        *reg(MACRIS) |= STELLARIS_ETH_MODEL_FOV;
        return;
    }
    memcpy(&chip.rx[chip.rx_words], octets, words * 4);
    chip.rx_words += words;
    chip.rx_frames[chip.rx_frames_used++] = words;
    *reg(MACRIS) |= RXINT;
}

void stellaris_eth_model_receive(const uint8_t *frame, size_t octets)
{
    static uint8_t memory[FIFO_WORDS * 4 + 8];
    size_t length = LENGTH_OCTETS + octets + FCS_OCTETS;
    if ((*reg(MACRCTL) & RXEN) == 0) {
        return;
    }
    if (length > FIFO_WORDS * 4) {
        *reg(MACRIS) |= STELLARIS_ETH_MODEL_FOV;
        return;
    }
    memset(memory, 0xEE, sizeof(memory)); // FCS and the rest of the last word
    memory[0] = (uint8_t)length;
    memory[1] = (uint8_t)(length >> 8);
    memcpy(memory + LENGTH_OCTETS, frame, octets);
    rx_push(memory, (length + 3) / 4);
}

void stellaris_eth_model_receive_length(unsigned length)
{
    const uint8_t memory[64] = {(uint8_t)length, (uint8_t)(length >> 8)};
    rx_push(memory, sizeof(memory) / 4);
}

static uint32_t rx_pop(void)
{
    if (chip.rx_frames_used == 0) {
        stellaris_eth_model.rx_underruns++;
        return 0;
    }
    uint32_t word = chip.rx[0];
    chip.rx_words--;
    memmove(chip.rx, chip.rx + 1, chip.rx_words * sizeof(chip.rx[0]));
    if (--chip.rx_frames[0] == 0) {
        chip.rx_frames_used--;
        memmove(chip.rx_frames, chip.rx_frames + 1,
                chip.rx_frames_used * sizeof(chip.rx_frames[0]));
    }
    return word;
}

// Sending

static void tx_push(uint32_t word)
{
    if (chip.sending || chip.tx_words == FIFO_WORDS) {
        stellaris_eth_model.tx_overruns++;
        return;
    }
    chip.tx[chip.tx_words++] = word;
}

static void tx_send(void)
{
    size_t octets = HEADER_OCTETS + (chip.tx[0] & 0xFFFF);
    if ((*reg(MACTCTL) & TXEN) == 0 || (LENGTH_OCTETS + octets + 3) / 4 != chip.tx_words) {
        *reg(MACRIS) |= STELLARIS_ETH_MODEL_TXER; // more or fewer words than the length says
        return;
    }
    chip.sending = stellaris_eth_model.tx_hangs;
    memset(chip.wire, 0, FRAME_OCTETS_MIN);
    memcpy(chip.wire, (const uint8_t *)chip.tx + LENGTH_OCTETS, octets);
    bool pads = (*reg(MACTCTL) & PADEN) != 0 && octets < FRAME_OCTETS_MIN;
    chip.wire_octets = pads ? FRAME_OCTETS_MIN : octets;
    chip.tx_words = 0;
}

size_t stellaris_eth_model_sent(uint8_t *frame)
{
    size_t octets = chip.wire_octets;
    memcpy(frame, chip.wire, octets);
    chip.wire_octets = 0;
    return octets;
}

// The PHY, as far as somebody looks at it: LM3S6965 datasheet, section "MII Management Register
// Descriptions".
static uint32_t phy_register(uint32_t index)
{
    if (!stellaris_eth_model.has_phy) {
        return 0;
    }
    switch (index) {
    case 1:
        return 0x7849u | (stellaris_eth_model.link ? 1u << 2 : 0);
    case 2:
        return 0x000E;
    case 18:
        return stellaris_eth_model.full_duplex ? 1u << 11 : 0;
    default:
        return 0;
    }
}

// The bus

static uint32_t on_read(uint32_t offset)
{
    switch (offset) {
    case MACDATA:
        return rx_pop();
    case MACNP:
        return (uint32_t)chip.rx_frames_used;
    case MACTR:
        return chip.sending ? NEWTX : 0;
    default:
        return *reg(offset);
    }
}

static void rx_control_set(uint32_t value)
{
    if ((value & RSTFIFO) != 0) {
        stellaris_eth_model.fifo_resets_while_running += (*reg(MACRCTL) & RXEN) != 0;
        chip.rx_words = 0;
        chip.rx_frames_used = 0;
    }
    *reg(MACRCTL) = value & ~(uint32_t)RSTFIFO;
    stellaris_eth_model.rx_control = *reg(MACRCTL);
}

static void mii_access(uint32_t value)
{
    *reg(MACMCTL) = value;
    if (!stellaris_eth_model.mii_hangs) {
        *reg(MACMCTL) = value & ~(uint32_t)START;
        *reg(MACMRXD) = phy_register(value >> 3 & 0x1F);
    }
}

static void address_set(uint32_t offset, uint32_t value)
{
    size_t first = offset == MACIA0 ? 0 : 4;
    for (size_t i = first; i < first + 4 && i < 6; i++) {
        stellaris_eth_model.mac[i] = (uint8_t)(value >> 8 * (i - first));
    }
}

static void on_write(uint32_t offset, uint32_t value)
{
    switch (offset) {
    case MACRIS:
        *reg(MACRIS) &= ~value;
        if ((value & STELLARIS_ETH_MODEL_TXER) != 0) {
            chip.tx_words = 0;
            chip.sending = false;
        }
        return;
    case MACRCTL:
        rx_control_set(value);
        return;
    case MACTCTL:
        *reg(MACTCTL) = value;
        stellaris_eth_model.tx_control = value;
        return;
    case MACDATA:
        tx_push(value);
        return;
    case MACIA0:
    case MACIA1:
        address_set(offset, value);
        return;
    case MACMCTL:
        mii_access(value);
        return;
    case MACTR:
        tx_send();
        return;
    default:
        *reg(offset) = value;
        return;
    }
}

const struct bus_device stellaris_eth_model_bus = {on_read, on_write};
