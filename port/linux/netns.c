// SPDX-License-Identifier: BSD-3-Clause
// Named network namespaces: a name is a file in /run/netns with the namespace mounted on it.
// Source: ip-netns(8).
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostnet.h"
#include "target.h"

static const char directory[] = "/run/netns";

bool netns_name_ok(const char *name)
{
    return name[0] != '\0' && strlen(name) < NAME_MAX && strchr(name, '/') == NULL &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static void failure_explain(const char *what, const char *path, int error)
{
    if (error == EPERM || error == EACCES) {
        target_error(
            "no permission to %s %s; run as root, with sudo (in a container: start it with "
            "--cap-add SYS_ADMIN)",
            what, path);
    } else if (error == EINVAL) {
        target_error("cannot %s %s: it is no network namespace; run: ip netns del %s", what, path,
                     strrchr(path, '/') + 1);
    } else {
        target_error("cannot %s %s: %s", what, path, strerror(error));
    }
}

/// Makes the directory a mount point that passes on its mounts, so that a name which is removed
/// here does not live on in the mount namespaces of others and keep its namespace alive.
static bool directory_share(void)
{
    if (mkdir(directory, 0755) != 0 && errno != EEXIST) {
        return false;
    }
    if (mount("", directory, "none", MS_SHARED | MS_REC, NULL) == 0) {
        return true;
    }
    return errno == EINVAL // it is no mount point yet
           && mount(directory, directory, "none", MS_BIND | MS_REC, NULL) == 0 &&
           mount("", directory, "none", MS_SHARED | MS_REC, NULL) == 0;
}

/// Enters the namespace when its name exists. Returns 0, ENOENT when it does not, or another errno.
static int existing_enter(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = setns(fd, CLONE_NEWNET) == 0 ? 0 : errno;
    close(fd);
    return error;
}

/// Makes a namespace, enters it and mounts it on the empty file that is its name. Returns 0 or an
/// errno.
static int new_enter(struct netns *netns)
{
    struct stat status;
    if (unshare(CLONE_NEWNET) != 0 ||
        mount("/proc/thread-self/ns/net", netns->path, "none", MS_BIND, NULL) != 0) {
        return errno;
    }
    netns->made = true;
    if (stat(netns->path, &status) != 0) {
        return errno;
    }
    netns->device = status.st_dev;
    netns->inode = status.st_ino;
    return hostnet_link_up("lo");
}

static void name_remove(const struct netns *netns)
{
    if ((netns->made && umount2(netns->path, MNT_DETACH) != 0) || unlink(netns->path) != 0) {
        target_error("cannot remove %s: %s; run: ip netns del %s", netns->path, strerror(errno),
                     strrchr(netns->path, '/') + 1);
    }
}

/// Enters what has the name, or makes it, while nobody else who takes the lock does the same.
static bool locked_enter(struct netns *netns)
{
    int error = existing_enter(netns->path);
    if (error != ENOENT) {
        if (error != 0) {
            failure_explain("enter", netns->path, error);
        }
        return error == 0;
    }
    int fd = open(netns->path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
    if (fd < 0) {
        failure_explain("make", netns->path, errno);
        return false;
    }
    close(fd);
    error = new_enter(netns);
    if (error != 0) {
        failure_explain("make", netns->path, error);
        name_remove(netns);
        netns->made = false;
    }
    return error == 0;
}

bool netns_enter(struct netns *netns, const char *name)
{
    *netns = (struct netns){.made = false};
    int octets = snprintf(netns->path, sizeof(netns->path), "%s/%s", directory, name);
    if (octets < 0 || (size_t)octets >= sizeof(netns->path)) {
        target_error("the namespace's name is too long; choose another with --netns NAME");
        return false;
    }
    bool exists = access(netns->path, F_OK) == 0;
    if (!exists && !directory_share()) {
        failure_explain("make namespaces in", directory, errno);
        return false;
    }
    int lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        failure_explain("lock", directory, errno);
        if (lock >= 0) {
            close(lock);
        }
        return false;
    }
    bool entered = locked_enter(netns);
    close(lock);
    return entered;
}

void netns_leave(const struct netns *netns)
{
    struct stat status;
    if (netns->made && stat(netns->path, &status) == 0 && status.st_dev == netns->device &&
        status.st_ino == netns->inode) {
        name_remove(netns);
    }
}
