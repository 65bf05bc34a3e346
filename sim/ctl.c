// SPDX-License-Identifier: BSD-3-Clause
// `lwecho ctl`: asks and changes a device that runs.
#include "ctl.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control.h"
#include "control_path.h"
#include "json.h"
#include "linux/target.h"
#include "prometheus.h"
#include "view.h"
#include "watch.h"

enum {
    EXIT_USAGE = 2,
    COLUMNS = 100,
};

static const char help[] =
    "Usage: lwecho ctl [--control PATH|NAME] COMMAND\n"
    "Asks and changes a device that runs.\n"
    "\n"
    "  stats               connections, pools with their peaks, drops by reason, link\n"
    "  stats --watch       the same, live; q or Ctrl-C ends it\n"
    "  stats --json        every counter, and each connection, as a line of JSON\n"
    "  stats --prometheus  the same as Prometheus reads it\n"
    "  stats ... --from FILE  out of a line of JSON, such as a board prints; -: stdin\n"
    "  link                what is wrong with the link, and its seed\n"
    "  link loss=5% delay=rx=20ms ...\n"
    "                      changes it, all of it or nothing; lwecho --help-link lists\n"
    "                      what there is; 0 or off takes a fault away\n"
    "\n"
    "Without --control it asks the only device that there is. NAME: as its TAP's, or\n"
    "NETNS.TAP; PATH: as was given to the device with --control.\n";

static FILE *device;  // both ways
static char *refusal; // what it said instead of an answer; NULL: nothing

/// Connects to the socket at `path`. Returns -1 and sets errno when that fails.
static int path_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/// The devices found, by the sockets that answer.
struct found {
    size_t n;
    int fd; // of the first
    char names[512];
};

static void directory_search(const char *directory, struct found *found)
{
    DIR *list = opendir(directory);
    if (list == NULL) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(list)) != NULL;) {
        char path[PATH_MAX];
        const char *end = strstr(entry->d_name, ".sock");
        if (end == NULL || snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name) < 0) {
            continue;
        }
        int fd = path_connect(path);
        if (fd < 0) {
            continue; // left by one that was killed
        }
        size_t octets = strlen(found->names);
        snprintf(found->names + octets, sizeof(found->names) - octets, " %.*s",
                 (int)(end - entry->d_name), entry->d_name);
        if (found->n++ == 0) {
            found->fd = fd;
        } else {
            close(fd);
        }
    }
    closedir(list);
}

/// Connects to the only device that there is. Returns -1, after an error line, when it is not so.
static int only_connect(void)
{
    struct control_directories directories = control_directories();
    struct found found = {.n = 0};
    for (size_t i = 0; i < directories.n; i++) {
        directory_search(directories.path[i], &found);
    }
    if (found.n == 1) {
        return found.fd;
    }
    if (found.n == 0) {
        target_error("no device found; is one running, of this user? Give its --control PATH");
    } else {
        close(found.fd);
        target_error("several devices run; choose one with --control:%s", found.names);
    }
    return -1;
}

/// Connects to the device whose socket is at a path, or has that name where sockets are.
static int named_connect(const char *where)
{
    struct control_directories directories = control_directories();
    int fd = -1;
    if (strchr(where, '/') != NULL) {
        fd = path_connect(where);
    } else {
        for (size_t i = 0; i < directories.n && fd < 0; i++) {
            char path[PATH_MAX];
            snprintf(path, sizeof(path), "%s/%s.sock", directories.path[i], where);
            fd = path_connect(path);
        }
    }
    if (fd < 0) {
        target_error("no device answers at %s: %s; without --control ctl names those that run",
                     where, strerror(errno));
    }
    return fd;
}

static bool device_connect(const char *where)
{
    int fd = where != NULL ? named_connect(where) : only_connect();
    device = fd >= 0 ? fdopen(fd, "r+") : NULL;
    return device != NULL;
}

/// Sends a command and returns the line that answers, which the caller frees; NULL: none came, and
/// device_error() says why.
static char *device_ask(const char *command)
{
    char *line = NULL;
    size_t octets = 0;
    dprintf(fileno(device), "%s\n", command); // a device that closed may have said why before
    if (getline(&line, &octets, device) <= 0) {
        free(line);
        line = NULL;
    } else if (line[0] == '{' || strncmp(line, "ok ", strlen("ok ")) == 0) {
        return line;
    }
    refusal = line;
    return NULL;
}

/// Says why the device did not answer. Returns the exit code.
static int device_error(void)
{
    static const char busy[] = "busy ";
    static const char error[] = "error ";
    const char *text = refusal != NULL ? refusal : "the device has ended; its own output says why";
    int code = EXIT_FAILURE;
    if (strncmp(text, busy, strlen(busy)) == 0) {
        text += strlen(busy);
    } else if (strncmp(text, error, strlen(error)) == 0) {
        text += strlen(error);
        code = EXIT_USAGE;
    }
    target_error("%.*s", (int)strcspn(text, "\n"), text);
    free(refusal);
    refusal = NULL;
    return code;
}

static char *stats_ask(void)
{
    return device_ask("stats");
}

static int output_end(void)
{
    if (fflush(stdout) != 0) {
        target_error("cannot write to stdout: %s", strerror(errno));
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

enum form {
    FORM_TEXT,
    FORM_WATCH,
    FORM_JSON,
    FORM_PROMETHEUS,
    FORM_UNKNOWN,
};

static int stats_show(const char *line, enum form form)
{
    struct json stats;
    if (!json_read(line, &stats)) {
        target_error("this is no whole line of statistics: %.40s", line);
        return EXIT_FAILURE;
    }
    const struct view view = {.now = &stats, .columns = COLUMNS};
    switch (form) {
    case FORM_JSON:
        fputs(line, stdout);
        break;
    case FORM_PROMETHEUS:
        prometheus_write(stdout, &stats);
        break;
    default:
        view_write(stdout, &view);
        fputc('\n', stdout);
        break;
    }
    json_free(&stats);
    return output_end();
}

/// Reads the last line of a file that begins as statistics do; NULL, after an error line: none.
static char *file_line(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *line = NULL;
    char *found = NULL;
    size_t octets = 0;
    if (file == NULL) {
        target_error("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    while (getline(&line, &octets, file) > 0) {
        if (line[0] == '{') {
            free(found);
            found = strdup(line);
        }
    }
    free(line);
    if (file != stdin) {
        fclose(file);
    }
    if (found == NULL) {
        target_error("%s has no line of statistics; a board prints one when s is typed", path);
    }
    return found;
}

static int stats_do(const char *where, enum form form, const char *from)
{
    char *line = NULL;
    if (from != NULL) {
        line = file_line(from);
    } else if (device_connect(where)) {
        if (form == FORM_WATCH) {
            return watch_run(stats_ask, device_error);
        }
        line = stats_ask();
        if (line == NULL) {
            return device_error();
        }
    }
    int code = line != NULL ? stats_show(line, form) : EXIT_FAILURE;
    free(line);
    return code;
}

static int usage_error(const char *what)
{
    target_error("%s is not understood; see lwecho ctl --help", what);
    return EXIT_USAGE;
}

static enum form form_of(const char *option)
{
    static const char *const options[] = {
        [FORM_TEXT] = "--text",
        [FORM_WATCH] = "--watch",
        [FORM_JSON] = "--json",
        [FORM_PROMETHEUS] = "--prometheus",
    };
    enum form form = FORM_TEXT;
    while (form < FORM_UNKNOWN && strcmp(options[form], option) != 0) {
        form++;
    }
    return form;
}

static int stats_main(int argc, char **argv, const char *where)
{
    enum form form = FORM_TEXT;
    const char *from = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--from") == 0 && i + 1 < argc) {
            from = argv[++i];
        } else if (form != FORM_TEXT || (form = form_of(argv[i])) == FORM_UNKNOWN) {
            return usage_error(argv[i]);
        }
    }
    if (form == FORM_WATCH && (from != NULL || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
        target_error("--watch needs a device and a terminal; without --watch it is shown once");
        return EXIT_USAGE;
    }
    return stats_do(where, form, from);
}

static int link_main(int argc, char **argv, const char *where)
{
    char command[CONTROL_LINE_OCTETS_MAX] = "";
    for (int i = 0; i < argc; i++) {
        size_t octets = strlen(command);
        int more =
            snprintf(command + octets, sizeof(command) - octets, "%s%s", i > 0 ? " " : "", argv[i]);
        if (more < 0 || octets + (size_t)more + 1 >= sizeof(command) ||
            strchr(argv[i], '\n') != NULL) {
            return usage_error(argv[i]);
        }
    }
    if (!device_connect(where)) {
        return EXIT_FAILURE;
    }
    char *line = device_ask(command);
    if (line == NULL) {
        return device_error();
    }
    printf("%s", line + strlen("ok "));
    free(line);
    return output_end();
}

int ctl_main(int argc, char **argv)
{
    const char *where = NULL;
    int first = 1;
    signal(SIGPIPE, SIG_IGN); // a failed write says so
    if (argc > 2 && strcmp(argv[1], "--control") == 0) {
        where = argv[2];
        first = 3;
    }
    const char *command = first < argc ? argv[first] : "--help";
    argc -= first;
    argv += first;
    if (strcmp(command, "stats") == 0) {
        return stats_main(argc, argv, where);
    }
    if (strcmp(command, "link") == 0) {
        return link_main(argc, argv, where);
    }
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0) {
        fputs(help, stdout);
        return output_end();
    }
    return usage_error(command);
}
