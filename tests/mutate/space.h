// SPDX-License-Identifier: BSD-3-Clause
// The space of cases: for each state and packet the valid one, each field at each of its values,
// and each pair of fields. A frame's length is a field too, twice: cut without a word, and cut with
// the headers' lengths made to agree.
#ifndef LWECHO_TESTS_MUTATE_SPACE_H
#define LWECHO_TESTS_MUTATE_SPACE_H

#include "protocol.h"
#include "state.h"

/// A case, by what is bent in it.
struct place_in_space {
    enum state state;
    const struct protocol *protocol;
    const struct subject *subject;
    size_t subject_number;
    size_t index;   ///< within the packet's cases: 0 is the valid packet
    size_t singles; ///< indices 1 to this have one field bent, those behind two
};

/// Counts the cases. Once, before all else. `only` is the protocol that counts, NULL: all.
void space_init(const char *only);

/// Returns how many cases there are.
size_t space_cases(void);

/// Returns how many of them are in one state: they come one after the other.
size_t space_cases_of_state(void);

/// Returns where a case stands.
struct place_in_space space_find(size_t number);

/// Returns the first case from `number` on that a run tries which takes of the pairs only one in
/// `every`.
size_t space_next(size_t number, size_t every);

/// Prepares the packet of this place: the following calls are about its cases. `scene` is where the
/// connections stand.
void space_enter(const struct place_in_space *place, const struct scene *scene);

/// Makes the frames of a case. Returns false when it is the same as another one, because a value
/// occurs twice.
bool space_make(size_t index, struct sample *sample);

/// Writes what is bent in a case, at most `octets` with the final 0.
void space_describe(size_t index, char *text, size_t octets);

#endif
