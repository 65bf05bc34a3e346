// SPDX-License-Identifier: BSD-3-Clause
// The statistics live on a terminal.
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "linux/target.h"
#include "view.h"

enum {
    PERIOD_MS = 1000,
    COLUMNS_DEFAULT = 80,
    ROWS_DEFAULT = 24,
};

static struct termios terminal_before;

/// Takes the terminal over: keys come at once and are not shown, the screen is another one.
static bool terminal_take(void)
{
    if (tcgetattr(STDIN_FILENO, &terminal_before) != 0) {
        return false;
    }
    struct termios terminal = terminal_before;
    terminal.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    if (tcsetattr(STDIN_FILENO, TCSANOW, &terminal) != 0) {
        return false;
    }
    fputs("\033[?1049h\033[?25l", stdout); // the other screen, no cursor
    return fflush(stdout) == 0;
}

static void terminal_give_back(void)
{
    fputs("\033[?25h\033[?1049l", stdout);
    fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
}

/// Draws over what was there, so that nothing flickers.
static void draw(const struct json *now, const struct json *before, double seconds)
{
    struct winsize size = {.ws_row = 0};
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    const struct view view = {
        .now = now,
        .before = before->n > 0 ? before : NULL,
        .seconds = seconds,
        .columns = size.ws_col > 0 ? size.ws_col : COLUMNS_DEFAULT,
        .rows = size.ws_row > 0 ? size.ws_row : ROWS_DEFAULT,
        .colour = true,
    };
    char *text = NULL;
    size_t octets;
    FILE *out = open_memstream(&text, &octets);
    if (out == NULL) {
        return;
    }
    view_write(out, &view);
    if (fclose(out) == 0) {
        fputs("\033[H", stdout);
        for (const char *at = text; *at != '\0'; at++) {
            if (*at == '\n') {
                fputs("\033[K\n", stdout);
            } else {
                fputc(*at, stdout);
            }
        }
        fputs("\033[K\033[J", stdout);
        fflush(stdout);
    }
    free(text);
}

/// Makes a descriptor of the signals that end or change the view. Returns -1 when that fails.
static int signals_catch(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

enum event {
    EVENT_TIME,   // to ask the device again
    EVENT_REDRAW, // the terminal has another size
    EVENT_END,
};

/// Waits for a key, a signal, or the time `until_ms`.
static enum event event_wait(int signals, uint64_t until_ms)
{
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = signals, .events = POLLIN}};
    uint64_t now_ms = target_uptime_ms();
    int n = poll(fds, 2, until_ms > now_ms ? (int)(until_ms - now_ms) : 0);
    if (n == 0) {
        return EVENT_TIME;
    }
    struct signalfd_siginfo info;
    if (fds[1].revents != 0 && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        return info.ssi_signo == SIGWINCH ? EVENT_REDRAW : EVENT_END;
    }
    char key;
    if (fds[0].revents != 0) {
        bool asks_end = read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q';
        return asks_end ? EVENT_END : EVENT_REDRAW;
    }
    return EVENT_REDRAW;
}

/// Shows one answer after the other. Returns false when the device is gone.
static bool show(watch_ask *ask, int signals)
{
    struct json before = {.n = 0};
    struct json now = {.n = 0};
    uint64_t before_ms = 0;
    enum event event = EVENT_TIME;
    bool there = true;
    while (there && event != EVENT_END) {
        char *line = ask();
        there = line != NULL && json_read(line, &now);
        free(line);
        uint64_t now_ms = target_uptime_ms();
        do {
            if (there) {
                draw(&now, &before, (double)(now_ms - before_ms) / 1000);
                event = event_wait(signals, now_ms + PERIOD_MS);
            }
        } while (there && event == EVENT_REDRAW);
        json_free(&before);
        before = now;
        before_ms = now_ms;
        now = (struct json){.n = 0};
    }
    json_free(&before);
    return there;
}

int watch_run(watch_ask *ask, watch_error *error)
{
    int signals = signals_catch();
    if (signals < 0 || !terminal_take()) {
        target_error("--watch needs a terminal: %s", strerror(errno));
        return EXIT_FAILURE;
    }
    bool there = show(ask, signals);
    terminal_give_back();
    close(signals);
    return there ? EXIT_SUCCESS : error();
}
