// SPDX-License-Identifier: BSD-3-Clause
// The statistics for people to look at.
#include "view.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_OCTETS_MAX = 1024,
    PATH_OCTETS_MAX = 256,
    BAR_COLUMNS = 30,
    QUANTITY_OCTETS = 16,
};

static const char plain[] = "\033[0m";
static const char head[] = "\033[1;30;46m";
static const char title[] = "\033[1;36m";
static const char bad[] = "\033[33m";
static const char good[] = "\033[32m";
static const char dim[] = "\033[90m";

struct page {
    FILE *out;
    const struct view *view;
    int rows; // written
};

struct quantity {
    char text[QUANTITY_OCTETS];
};

/// Returns a number in at most five columns and a unit: 999, 12.3k, 4.5M.
static struct quantity quantity(double value)
{
    static const char *const units[] = {"", "k", "M", "G", "T", "P"};
    struct quantity quantity;
    size_t i = 0;
    for (; value >= 999.5 && i + 1 < sizeof(units) / sizeof(units[0]); i++) {
        value /= 1000;
    }
    snprintf(quantity.text, sizeof(quantity.text), "%.*f%s", i > 0 && value < 99.95 ? 1 : 0, value,
             units[i]);
    return quantity;
}

/// Writes `line`, cut to the columns there are: octets that go on with a character, and escape
/// sequences, take none. Without colour the latter are left out.
static void line_write(struct page *page, const char *line)
{
    const struct view *view = page->view;
    if (view->rows > 0 && page->rows == view->rows) {
        return;
    }
    if (page->rows++ > 0) {
        fputc('\n', page->out);
    }
    int columns = 0;
    for (; *line != '\0'; line++) {
        if (*line == '\033') {
            size_t octets = strcspn(line, "m") + 1;
            if (view->colour) {
                fwrite(line, 1, octets, page->out);
            }
            line += octets - 1;
            continue;
        }
        columns += ((unsigned char)*line & 0xc0) != 0x80;
        if (columns <= view->columns) {
            fputc(*line, page->out);
        }
    }
    if (view->colour) {
        fputs(plain, page->out);
    }
}

__attribute__((format(printf, 2, 3))) static void line_print(struct page *page, const char *format,
                                                             ...)
{
    char line[LINE_OCTETS_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    line_write(page, line);
}

static double number(const struct view *view, const char *path)
{
    return json_number(view->now, path);
}

/// Returns what was added each second, as text; a dash when that is not known.
static struct quantity rate(const struct view *view, const char *path, double factor)
{
    struct quantity none = {"-"};
    if (view->before == NULL || view->seconds <= 0) {
        return none;
    }
    double more = number(view, path) - json_number(view->before, path);
    return more < 0 ? none : quantity(more * factor / view->seconds);
}

static void head_write(struct page *page)
{
    const struct view *view = page->view;
    unsigned long s = (unsigned long)(number(view, "uptime_ms") / 1000);
    char line[LINE_OCTETS_MAX];
    const char *name = json_text(view->now, "hostname");
    const char *where = json_text(view->now, "ip4");
    if (name[0] == '\0') {
        name = "lwecho";
        where = json_text(view->now, "board");
    }
    snprintf(line, sizeof(line), " %s   %s   profile %s   lwIP %s   up %lu:%02lu:%02lu", name,
             where, json_text(view->now, "profile"), json_text(view->now, "lwip"), s / 3600,
             s / 60 % 60, s % 60);
    line_print(page, "%s%-*s", head, view->columns, line);
}

/// Returns the sum of a direction's losses.
static double lost(const struct view *view, const char *module)
{
    double sum = 0;
    size_t octets = strlen(module);
    for (size_t i = 0; i < view->now->n; i++) {
        const struct json_member *member = &view->now->members[i];
        if (strncmp(member->path, module, octets) == 0 &&
            strncmp(member->path + octets, ".drop_", strlen(".drop_")) == 0) {
            sum += strtod(member->value, NULL);
        }
    }
    return sum;
}

static void direction_write(struct page *page, const char *what, const char *direction)
{
    const struct view *view = page->view;
    char frames[PATH_OCTETS_MAX];
    char octets[PATH_OCTETS_MAX];
    char module[PATH_OCTETS_MAX];
    char queued[PATH_OCTETS_MAX];
    snprintf(frames, sizeof(frames), "ethif.%s_frames", direction);
    snprintf(octets, sizeof(octets), "ethif.%s_octets", direction);
    snprintf(module, sizeof(module), "link_%s", direction);
    snprintf(queued, sizeof(queued), "link.%s_queued", direction);
    line_print(page, "  %-9s %6s frames/s %6sbit/s   %6s frames, %s lost, %s under way", what,
               rate(view, frames, 1).text, rate(view, octets, 8).text,
               quantity(number(view, frames)).text, quantity(lost(view, module)).text,
               quantity(number(view, queued)).text);
}

static void link_write(struct page *page)
{
    const struct view *view = page->view;
    const char *up = json_text(view->now, "link.up");
    const char *faults = json_text(view->now, "link.faults");
    if (up[0] == '\0') {
        line_print(page, "%slink", title);
    } else {
        line_print(page, "%slink %s%s%s   %s%s%s   seed %s", title,
                   strcmp(up, "true") == 0 ? good : bad, strcmp(up, "true") == 0 ? "up" : "down",
                   plain, faults[0] == '\0' ? "" : bad, faults[0] == '\0' ? "no faults" : faults,
                   plain, json_text(view->now, "link.seed"));
    }
    direction_write(page, "received", "rx");
    direction_write(page, "sent", "tx");
}

/// Returns a member of connection `i`.
static const char *connection_text(const struct json *stats, size_t i, const char *name)
{
    char path[PATH_OCTETS_MAX];
    snprintf(path, sizeof(path), "connections.%zu.%s", i, name);
    return json_text(stats, path);
}

/// Returns how many connections are listed.
static size_t connections_count(const struct json *stats)
{
    size_t n = 0;
    for (size_t i = 0; i < stats->n; i++) {
        const char *path = stats->members[i].path;
        n += strncmp(path, "connections.", strlen("connections.")) == 0 &&
             strcmp(strrchr(path, '.'), ".peer") == 0;
    }
    return n;
}

/// Returns how fast connection `i` echoes: it is known by its peer, as its place may change.
static struct quantity connection_rate(const struct view *view, size_t i)
{
    struct quantity none = {"-"};
    const char *peer = connection_text(view->now, i, "peer");
    if (view->before == NULL || view->seconds <= 0) {
        return none;
    }
    for (size_t j = 0; j < view->before->n; j++) {
        const struct json_member *member = &view->before->members[j];
        if (strncmp(member->path, "connections.", strlen("connections.")) == 0 &&
            strcmp(member->value, peer) == 0) {
            size_t k = strtoul(member->path + strlen("connections."), NULL, 10);
            double more = strtod(connection_text(view->now, i, "octets_out"), NULL) -
                          strtod(connection_text(view->before, k, "octets_out"), NULL);
            return more < 0 ? none : quantity(more / view->seconds);
        }
    }
    return none;
}

static void connections_write(struct page *page, size_t rows)
{
    const struct view *view = page->view;
    size_t n = connections_count(view->now);
    line_print(page, "%sTCP %s%.0f of %.0f connections, %s accepted, %s octets/s echoed", title,
               plain, number(view, "echo_tcp.open"), number(view, "limits.tcp_connections"),
               quantity(number(view, "echo_tcp.accepted")).text,
               rate(view, "echo_tcp.octets_out", 1).text);
    line_print(page, "%sUDP %s%s datagrams received, %s/s answered", title, plain,
               quantity(number(view, "echo_udp.received")).text,
               rate(view, "echo_udp.answered", 1).text);
    if (n == 0) {
        return;
    }
    line_print(page, "%s  %-30s %-8s %7s %7s %6s %8s %5s", dim, "peer", "state", "in", "out",
               "held", "echoed/s", "idle");
    size_t shown = n <= rows ? n : rows > 0 ? rows - 1 : 0;
    for (size_t i = 0; i < shown; i++) {
        const struct json *now = view->now;
        line_print(page, "  %-30s %-8s %7s %7s %6s %8s %4.0fs", connection_text(now, i, "peer"),
                   connection_text(now, i, "state"),
                   quantity(strtod(connection_text(now, i, "octets_in"), NULL)).text,
                   quantity(strtod(connection_text(now, i, "octets_out"), NULL)).text,
                   quantity(strtod(connection_text(now, i, "held"), NULL)).text,
                   connection_rate(view, i).text,
                   strtod(connection_text(now, i, "idle_ms"), NULL) / 1000);
    }
    if (shown < n) {
        line_print(page, "%s  and %zu more", dim, n - shown);
    }
}

/// Appends `columns` times `what` to `bar`.
static void bar_append(char *bar, const char *what, int columns)
{
    while (columns-- > 0) {
        strcat(bar, what);
    }
}

/// Writes the pool whose `used` is `member`, unless nothing was ever in it.
/// Returns whether it did.
static bool pool_write(struct page *page, const struct json_member *member)
{
    const double used = strtod(member[0].value, NULL);
    const double peak = strtod(member[1].value, NULL);
    const double size = strtod(member[2].value, NULL);
    const double failed = strtod(member[3].value, NULL);
    const char *name = member->path + strlen("pools.");
    char bar[LINE_OCTETS_MAX] = "";
    if (peak <= 0 || size <= 0) {
        return false;
    }
    if (page != NULL) {
        int used_columns = (int)(used / size * BAR_COLUMNS + 0.999);
        int peak_columns = (int)(peak / size * BAR_COLUMNS + 0.999);
        strcat(bar, good);
        bar_append(bar, "█", used_columns);
        strcat(bar, bad);
        bar_append(bar, "▒", peak_columns - used_columns);
        strcat(bar, dim);
        bar_append(bar, "·", BAR_COLUMNS - peak_columns);
        strcat(bar, plain);
        line_print(page, "  %-14.*s %s %6s used %6s peak %6s in all%s%s%s", (int)strcspn(name, "."),
                   name, bar, quantity(used).text, quantity(peak).text, quantity(size).text,
                   failed > 0 ? bad : "", failed > 0 ? "  failed " : "",
                   failed > 0 ? quantity(failed).text : "");
    }
    return true;
}

static bool is_pool(const struct json *stats, size_t i)
{
    const char *path = stats->members[i].path;
    return strncmp(path, "pools.", strlen("pools.")) == 0 && i + 3 < stats->n &&
           strcmp(strrchr(path, '.'), ".used") == 0;
}

/// Writes the pools, to no page only counts them.
static size_t pools_write(struct page *page, const struct json *stats)
{
    size_t n = 0;
    for (size_t i = 0; i < stats->n; i++) {
        n += is_pool(stats, i) && pool_write(page, &stats->members[i]);
    }
    return n;
}

/// Returns whether a member counts something that was not done for anybody.
static bool is_drop(const struct json_member *member)
{
    static const char *const parts[] = {".drop_",    ".rx_drop_", ".tx_drop_", ".limit_",
                                        ".refused_", ".aborted_", "err"};
    const char *dot = strrchr(member->path, '.');
    if (dot == NULL || strcmp(member->value, "0") == 0 || strstr(dot, "drop_guard") != NULL ||
        strcmp(dot, ".memerr") == 0) { // which also counts what merely had to wait
        return false;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        bool of_lwip = parts[i][0] != '.';
        if (of_lwip ? strncmp(member->path, "lwip_stats.", strlen("lwip_stats.")) == 0 &&
                          strstr(dot, parts[i]) != NULL
                    : strncmp(dot, parts[i], strlen(parts[i])) == 0) {
            return true;
        }
    }
    return false;
}

/// Writes the reasons for drops, to no page only counts them.
static size_t drops_write(struct page *page, const struct view *view)
{
    size_t n = 0;
    for (size_t i = 0; i < view->now->n; i++) {
        const struct json_member *member = &view->now->members[i];
        if (is_drop(member)) {
            n++;
            if (page != NULL) {
                line_print(page, "  %-38s %s%8s%s %8s/s", member->path, bad,
                           quantity(strtod(member->value, NULL)).text, plain,
                           rate(view, member->path, 1).text);
            }
        }
    }
    return n;
}

/// Returns how many rows the list of connections may take.
static size_t connection_rows(const struct view *view)
{
    enum {
        TITLE_ROWS = 9, // of everything, with the head
        LEAST = 3,
    };
    if (view->rows == 0) {
        return connections_count(view->now);
    }
    size_t others = TITLE_ROWS + pools_write(NULL, view->now) + drops_write(NULL, view);
    size_t rows = (size_t)view->rows;
    return rows > others + LEAST ? rows - others : LEAST;
}

void view_write(FILE *out, const struct view *view)
{
    struct page page = {.out = out, .view = view};
    head_write(&page);
    link_write(&page);
    connections_write(&page, connection_rows(view));
    line_print(&page, "%spools", title);
    pools_write(&page, view->now);
    line_print(&page, "%sdrops%s%s", title, plain, drops_write(NULL, view) > 0 ? "" : " none");
    drops_write(&page, view);
}
