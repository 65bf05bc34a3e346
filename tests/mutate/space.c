// SPDX-License-Identifier: BSD-3-Clause
// The space of cases.
#include "space.h"

#include <stdio.h>
#include <string.h>

#include "lwip/opt.h"
#include "memory.h"
#include "packet.h"
#include "target.h"

enum {
    SUBJECTS_MAX = 64,
    VARIABLES_MAX = 64,
    VALUES_MAX = 512,
    CHOICES_MAX = 2,
    LONGER = 6,
};

/// What can be bent: a field, or the frame's length.
struct variable {
    enum {
        FIELD,
        CUT, ///< the frame ends early, or goes on behind its end
        END, ///< the same, and the headers' lengths agree with it
    } kind;
    size_t n; ///< values
    const struct layer *layer;
    const struct field *field;
    size_t at;    ///< FIELD: where its header begins
    size_t start; ///< END: the shortest length
};

struct plan {
    const struct protocol *protocol;
    const struct subject *subject;
    size_t first; ///< number of its first case, in a state
    size_t singles;
    size_t cases;
    size_t variables_n;
    struct variable variables[VARIABLES_MAX];
};

/// What was prepared by space_enter(). Lies where memory_restore() does not reach.
struct entered {
    const struct plan *plan;
    struct sample sample;
    struct value values[VARIABLES_MAX][VALUES_MAX];
    bool is_new[VARIABLES_MAX][VALUES_MAX]; ///< neither the right value nor one that came before
};

struct choice {
    size_t variable;
    size_t value;
};

static struct plan plans[SUBJECTS_MAX];
static size_t plans_n;
static size_t cases_of_state;
static struct entered *entered;

static void variable_add(struct plan *plan, struct variable variable)
{
    if (plan->variables_n == VARIABLES_MAX || variable.n > VALUES_MAX) {
        target_panic("VARIABLES_MAX and VALUES_MAX are enough", __FILE__, __LINE__);
    }
    plan->variables[plan->variables_n++] = variable;
    plan->cases += (plan->singles + 1) * variable.n; // alone, and with each one before
    plan->singles += variable.n;
}

static void plan_make(struct plan *plan)
{
    static const struct scene nowhere;
    struct sample sample = {.frames_n = 0};
    plan->subject->make(&sample, &nowhere, plan->subject->variant);
    const struct frame *frame = &sample.frames[sample.bent];
    plan->cases = 1;
    variable_add(plan, (struct variable){.kind = CUT, .n = frame->octets + LONGER});
    uint16_t type = get16(frame->data + frame->ip - 2);
    if (type != TYPE_ARP) {
        size_t start = frame->ip + (type == TYPE_IP4 ? 20 : 40);
        variable_add(plan,
                     (struct variable){.kind = END, .n = frame->octets - start, .start = start});
    }
    for (size_t p = 0; p < sample.places_n; p++) {
        const struct place *place = &sample.places[p];
        for (size_t f = 0; f < place->layer->n; f++) {
            const struct field *field = &place->layer->fields[f];
            variable_add(plan, (struct variable){.kind = FIELD,
                                                 .n = field_values(field),
                                                 .layer = place->layer,
                                                 .field = field,
                                                 .at = place->at});
        }
    }
}

void space_init(const char *only)
{
    entered = memory_map(sizeof *entered);
    for (size_t p = 0; p < protocols_n; p++) {
        const struct protocol *protocol = protocols[p];
        if ((protocol->needs_ip6 && !LWIP_IPV6) ||
            (only != NULL && strcmp(only, protocol->name) != 0)) {
            continue;
        }
        for (size_t s = 0; s < protocol->n; s++) {
            struct plan *plan = &plans[plans_n++];
            plan->protocol = protocol;
            plan->subject = &protocol->subjects[s];
            plan->first = cases_of_state;
            plan_make(plan);
            cases_of_state += plan->cases;
        }
    }
}

size_t space_cases_of_state(void)
{
    return cases_of_state;
}

size_t space_cases(void)
{
    return cases_of_state * STATES;
}

static const struct plan *plan_of(size_t number)
{
    size_t in_state = number % cases_of_state;
    const struct plan *plan = &plans[plans_n - 1];
    while (plan->first > in_state) {
        plan--;
    }
    return plan;
}

struct place_in_space space_find(size_t number)
{
    const struct plan *plan = plan_of(number);
    return (struct place_in_space){
        .state = (enum state)(number / cases_of_state),
        .protocol = plan->protocol,
        .subject = plan->subject,
        .subject_number = (size_t)(plan - plans),
        .index = number % cases_of_state - plan->first,
        .singles = plan->singles,
    };
}

size_t space_next(size_t number, size_t every)
{
    const struct plan *plan = plan_of(number);
    size_t index = number % cases_of_state - plan->first;
    if (every == 1 || index <= plan->singles) {
        return number;
    }
    size_t step = (index - plan->singles) % every;
    size_t next = step == 0 ? index : index + every - step;
    return number - index + (next < plan->cases ? next : plan->cases);
}

/// Returns the frame's length that a value of CUT or END stands for.
static size_t length_of(const struct variable *variable, size_t value, size_t octets)
{
    static const size_t more[LONGER] = {1, 4, 46, 0, 0, 0};
    static const size_t limits[LONGER] = {0, 0, 0, 1514, 1515, 1518};
    if (variable->kind == END) {
        return variable->start + value;
    }
    if (value < octets) {
        return value;
    }
    size_t i = value - octets;
    return limits[i] > 0 ? limits[i] : octets + more[i];
}

static void values_enter(size_t v, const struct edges *edges)
{
    const struct variable *variable = &entered->plan->variables[v];
    const struct frame *frame = &entered->sample.frames[entered->sample.bent];
    struct value *values = entered->values[v];
    bool is_field = variable->kind == FIELD;
    struct value right = value_of((uint32_t)frame->octets);
    if (is_field) {
        right = field_get(variable->field, frame->data + variable->at);
    }
    for (size_t i = 0; i < variable->n; i++) {
        bool is_stale = is_field && field_value_is_stale(variable->field, i);
        values[i] = is_field ? field_value(variable->field, i, right, edges)
                             : value_of((uint32_t)length_of(variable, i, frame->octets));
        if (is_field) { // no more bits than the field has
            struct frame scratch = *frame;
            field_set(variable->field, scratch.data + variable->at, values[i]);
            values[i] = field_get(variable->field, scratch.data + variable->at);
        }
        bool is_new = is_stale || memcmp(&values[i], &right, sizeof right) != 0;
        for (size_t k = 0; k < i && !is_stale; k++) {
            is_new = is_new && memcmp(&values[i], &values[k], sizeof right) != 0;
        }
        entered->is_new[v][i] = is_new;
    }
}

void space_enter(const struct place_in_space *place, const struct scene *scene)
{
    entered->plan = &plans[place->subject_number];
    entered->sample = (struct sample){.frames_n = 0};
    place->subject->make(&entered->sample, scene, place->subject->variant);
    const struct edges *edges = place->protocol->needs_ip6 ? &scene->ip6 : &scene->ip4;
    for (size_t v = 0; v < entered->plan->variables_n; v++) {
        values_enter(v, edges);
    }
}

/// Finds what is bent in a case. Returns in how many places.
static size_t choices_of(size_t index, struct choice choices[CHOICES_MAX])
{
    const struct plan *plan = entered->plan;
    if (index == 0) {
        return 0;
    }
    bool is_pair = index > plan->singles;
    size_t i = index - 1 - (is_pair ? plan->singles : 0);
    size_t before = 0; // values of the variables before
    size_t v = 0;
    while (i >= plan->variables[v].n * (is_pair ? before : 1)) {
        i -= plan->variables[v].n * (is_pair ? before : 1);
        before += plan->variables[v].n;
        v++;
    }
    if (!is_pair) {
        choices[0] = (struct choice){v, i};
        return 1;
    }
    choices[1] = (struct choice){v, i / before};
    i %= before;
    size_t u = 0;
    while (i >= plan->variables[u].n) {
        i -= plan->variables[u].n;
        u++;
    }
    choices[0] = (struct choice){u, i};
    return 2;
}

/// Makes the headers' lengths agree with the frame's.
static void lengths_mend(struct frame *frame)
{
    uint8_t *ip = frame->data + frame->ip;
    bool is_ip6 = ip[0] >> 4 == 6;
    put16(ip + (is_ip6 ? 4 : 2), (uint32_t)(frame->octets - frame->ip - (is_ip6 ? 40 : 0)));
    bool is_udp = is_ip6 ? ip[6] == UDP : ip[9] == UDP && (get16(ip + 6) & 0x3fff) == 0;
    if (is_udp && frame->octets >= frame->upper + 8) {
        put16(frame->data + frame->upper + 4, (uint32_t)(frame->octets - frame->upper));
    }
}

static void field_bend(struct frame *frame, const struct choice *choice)
{
    const struct variable *variable = &entered->plan->variables[choice->variable];
    field_set(variable->field, frame->data + variable->at,
              entered->values[choice->variable][choice->value]);
}

/// Sets the length that `choice` stands for, if it is one of `kind`.
static void length_bend(struct frame *frame, const struct choice *choice, int kind)
{
    const struct variable *variable = &entered->plan->variables[choice->variable];
    if ((int)variable->kind != kind) {
        return;
    }
    size_t octets = get32(entered->values[choice->variable][choice->value].octets + 12);
    if (octets > frame->octets) {
        memset(frame->data + frame->octets, 'p', octets - frame->octets);
    }
    frame->octets = octets;
    if (kind == END) {
        lengths_mend(frame);
    }
}

static bool is_kind(const struct choice *choice, enum field_kind kind)
{
    const struct variable *variable = &entered->plan->variables[choice->variable];
    return variable->kind == FIELD && variable->field->kind == kind;
}

static void frame_bend(struct frame *frame, const struct choice *choices, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        length_bend(frame, &choices[i], END);
    }
    for (size_t i = 0; i < n; i++) {
        if (entered->plan->variables[choices[i].variable].kind == FIELD) {
            field_bend(frame, &choices[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        length_bend(frame, &choices[i], CUT);
    }
    frame_mend(frame);
    for (size_t i = 0; i < n; i++) {
        if (is_kind(&choices[i], FIELD_CHECKSUM)) {
            field_bend(frame, &choices[i]);
        }
    }
}

bool space_make(size_t index, struct sample *sample)
{
    struct choice choices[CHOICES_MAX];
    size_t n = choices_of(index, choices);
    for (size_t i = 0; i < n; i++) {
        if (!entered->is_new[choices[i].variable][choices[i].value]) {
            return false;
        }
    }
    *sample = entered->sample;
    if (n > 0) {
        frame_bend(&sample->frames[sample->bent], choices, n);
    }
    return true;
}

static int choice_describe(const struct choice *choice, char *text, size_t octets)
{
    const struct variable *variable = &entered->plan->variables[choice->variable];
    const struct value *value = &entered->values[choice->variable][choice->value];
    if (variable->kind != FIELD) {
        return snprintf(text, octets, "%s %u octets",
                        variable->kind == CUT ? "cut to" : "ends after",
                        (unsigned)get32(value->octets + 12));
    }
    const struct field *field = variable->field;
    int n = snprintf(text, octets, "%s %s=", variable->layer->name, field->name);
    for (size_t i = 16 - (field->bits + 7u) / 8; i < 16 && n >= 0 && (size_t)n < octets; i++) {
        n += snprintf(text + n, octets - (size_t)n, "%02x", value->octets[i]);
    }
    return n;
}

void space_describe(size_t index, char *text, size_t octets)
{
    struct choice choices[CHOICES_MAX];
    size_t n = choices_of(index, choices);
    if (n == 0) {
        snprintf(text, octets, "as it should be");
    }
    size_t used = 0;
    for (size_t i = 0; i < n && used < octets; i++) {
        int more = choice_describe(&choices[i], text + used, octets - used);
        used += more > 0 ? (size_t)more : 0;
        if (i + 1 < n && used < octets) {
            more = snprintf(text + used, octets - used, ", ");
            used += more > 0 ? (size_t)more : 0;
        }
    }
}
