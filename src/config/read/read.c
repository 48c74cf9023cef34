#include "config/read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define fail_file(diag, ...) tr_fail((diag), TR_CONFIG, TR_STOP, __VA_ARGS__)

static int read_all(int fd, struct tr_arena *arena, struct tr_slice *ret_text, struct tr_diag *diag)
{
    size_t size = 4096, n = 0;
    char *text = tr_arena_alloc(arena, size);

    while (text) {
        ssize_t got = read(fd, text + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_file(diag, "%s", strerror(errno));
        n += (size_t)got;
        *ret_text = (struct tr_slice){text, n};
        if (got == 0)
            return 0;
        if (n > TR_CONFIG_FILE_MOST)
            return fail_file(diag, "larger than %d bytes", TR_CONFIG_FILE_MOST);
        if (n < size)
            continue;
        char *wider = tr_arena_alloc(arena, size *= 2);
        if (wider)
            memcpy(wider, text, n);
        text = wider;
    }
    return tr_fail_memory(diag);
}

int tr_read_text(const char *path, struct tr_arena *arena, struct tr_slice *ret_text,
                 struct tr_diag *diag)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail_file(diag, "%s", strerror(errno));
    int rc;
    if (fstat(fd, &st) < 0)
        rc = fail_file(diag, "%s", strerror(errno));
    else if (S_ISDIR(st.st_mode))
        rc = fail_file(diag, "a directory");
    else
        rc = read_all(fd, arena, ret_text, diag);
    close(fd);
    return rc;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && strcmp(text + n - m, end) == 0;
}

static int read_form(struct tr_reading *reading, const char *file, struct tr_slice text,
                     struct tr_diag *diag)
{
    if (ends_with(file, ".properties"))
        return tr_read_properties(reading, file, text, diag);
    if (ends_with(file, ".json"))
        return tr_read_json(reading, file, text, diag);
    if (ends_with(file, ".conf"))
        return tr_read_ini(reading, file, text, diag);
    return fail_file(diag,
                     "%s: the name of a configuration file must end with .properties, .json or "
                     ".conf",
                     file);
}

int tr_read_file(struct tr_reading *reading, const char *path, struct tr_diag *diag)
{
    struct tr_slice text;
    const char *file = tr_arena_strdup(reading->arena, tr_slice_of(path));

    if (!file)
        return tr_fail_memory(diag);
    int rc = tr_read_text(path, reading->arena, &text, diag);
    if (rc < 0)
        tr_fail_in(diag, "%s can't be read", path);
    else
        rc = read_form(reading, file, text, diag);
    if (rc < 0 && diag->cls == TR_CONFIG) {
        tr_problems_error(reading->problems, (struct tr_blame){0}, "%s", diag->message);
        rc = 0;
    }
    return rc;
}
