// SPDX-License-Identifier: BSD-3-Clause
// Runs inputs without a fuzzing engine: replay FILE_OR_FOLDER...
//
// Each is run three times, in two orders: what comes out may depend on nothing but the input.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum {
    INPUTS_MAX = 20000,
    INPUT_OCTETS_MAX = 1 << 20,
    PATH_OCTETS_MAX = 1024,
};

struct input {
    char *path;
    uint64_t digest;
};

static struct input inputs[INPUTS_MAX];
static size_t inputs_n;

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "replay: %s: %s\n", path, what);
    exit(1);
}

static void input_add(const char *path)
{
    if (inputs_n == INPUTS_MAX) {
        fail("too many inputs", path);
    }
    inputs[inputs_n].path = strdup(path);
    inputs_n++;
}

static void folder_add(DIR *folder, const char *path)
{
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char name[PATH_OCTETS_MAX];
        if (entry->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            input_add(name);
        }
    }
}

static void argument_add(const char *path)
{
    DIR *folder = opendir(path);
    if (folder != NULL) {
        folder_add(folder, path);
        closedir(folder);
    } else if (errno == ENOTDIR) {
        input_add(path);
    } else {
        fail(strerror(errno), path);
    }
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct input *)a)->path, ((const struct input *)b)->path);
}

/// Returns the digest of what comes out.
static uint64_t run(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail(strerror(errno), path);
    }
    uint8_t *whole = malloc(INPUT_OCTETS_MAX);
    size_t octets = fread(whole, 1, INPUT_OCTETS_MAX, file);
    fclose(file);
    uint8_t *input = malloc(octets); // exactly as long, so that sanitizers see its end
    memcpy(input, whole, octets);
    free(whole);
    digest_take();
    LLVMFuzzerTestOneInput(input, octets);
    free(input);
    return digest_take();
}

static void run_again(const struct input *input)
{
    if (run(input->path) != input->digest) {
        fail("comes out differently when it is run once more", input->path);
    }
}

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        argument_add(argv[i]);
    }
    if (inputs_n == 0) {
        fprintf(stderr, "usage: replay FILE_OR_FOLDER...\n");
        return 2;
    }
    qsort(inputs, inputs_n, sizeof inputs[0], by_path);
    for (size_t i = 0; i < inputs_n; i++) {
        fprintf(stderr, "replay: %s\n", inputs[i].path);
        inputs[i].digest = run(inputs[i].path);
        run_again(&inputs[i]);
    }
    for (size_t i = inputs_n; i-- > 0;) {
        run_again(&inputs[i]);
        free(inputs[i].path);
    }
    printf("replay: inputs=%zu\n", inputs_n);
    return 0;
}
