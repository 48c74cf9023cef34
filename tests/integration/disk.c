/* Preloaded: the folder that TEST_DISK names is a disk of as many bytes as the file says that
 * TEST_DISK_SIZE names. What doesn't fit is cut, and then refused, as write(2) does it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const volatile int64_t *size;
static const char *folder;
static ssize_t (*real)(int, const void *, size_t);

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("TEST_DISK_SIZE");
    int fd = path ? open(path, O_RDONLY) : -1;

    real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    folder = getenv("TEST_DISK");
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *size, PROT_READ, MAP_SHARED, fd, 0);
    if (!real || !folder || map == MAP_FAILED)
        abort();
    close(fd);
    size = map;
}

static int is_there(int fd)
{
    char link[64], path[PATH_MAX];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path);
    size_t length = strlen(folder);
    return n > (ssize_t)length && memcmp(path, folder, length) == 0 && path[length] == '/';
}

static int64_t room(void)
{
    int64_t left = *size;
    DIR *files = opendir(folder);
    struct stat status;

    for (struct dirent *file; files && (file = readdir(files));)
        if (fstatat(dirfd(files), file->d_name, &status, 0) == 0 && S_ISREG(status.st_mode))
            left -= status.st_size;
    if (files)
        closedir(files);
    return left;
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    if (size && n && is_there(fd)) {
        int64_t left = room();
        if (left <= 0) {
            errno = ENOSPC;
            return -1;
        }
        if ((uint64_t)left < n)
            n = (size_t)left;
    }
    return real ? real(fd, bytes, n) : -1;
}
