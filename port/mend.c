// SPDX-License-Identifier: BSD-3-Clause
// Mends what lwIP 2.2.1 leaves inconsistent.
#include "mend.h"

#include "lwip/priv/tcp_priv.h"

void mend_before_tcp_timer(void)
{
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        if (pcb->unsent == NULL || pcb->unacked != NULL) {
            pcb->persist_backoff = 0;
        }
        if (pcb->persist_backoff > 1) { // it could not be divided
            pcb->snd_wnd = 0;
        }
    }
}
