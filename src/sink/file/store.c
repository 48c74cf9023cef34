#include "sink/file/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A line holds one position, or one state. */
#define FILE_CAP ((size_t)64 << 20)
#define PATH_CAP 4096

static int fail_errno(struct tr_diag *diag, const char *what, const char *path)
{
    bool passing = errno == ENOSPC || errno == EIO || errno == EDQUOT || errno == EMFILE;
    return tr_fail(diag, TR_RESOURCE, passing ? TR_RETRY : TR_STOP,
                   "can't %s the offsets file %s (offset.storage.file.filename): %s", what, path,
                   strerror(errno));
}

/* The lock of its own file: the offsets file itself is replaced. */
static int lock(const char *path, int *ret_fd, struct tr_diag *diag)
{
    struct tr_buf name;

    tr_buf_init(&name, PATH_CAP);
    tr_buf_printf(&name, "%s.lock", path);
    int fd = tr_buf_ok(&name) ? open(name.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    tr_buf_finish(&name);
    if (fd < 0 || flock(fd, LOCK_EX) < 0) {
        fail_errno(diag, "lock", path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    *ret_fd = fd;
    return 0;
}

/* The whole file; an absent one is empty. */
static int load(const char *path, struct tr_buf *ret_text, struct tr_diag *diag)
{
    char chunk[65536];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? 0 : fail_errno(diag, "open", path);
    while ((n = read(fd, chunk, sizeof chunk)) > 0)
        tr_buf_put(ret_text, chunk, (size_t)n);
    int rc = n < 0 ? fail_errno(diag, "read", path) : 0;
    close(fd);
    if (rc == 0 && !tr_buf_ok(ret_text))
        return tr_fail_memory(diag);
    return rc;
}

/* The next line without its newline; false at the end. */
static bool next_line(struct tr_slice *text, struct tr_slice *ret_line)
{
    if (text->n == 0)
        return false;
    const char *newline = memchr(text->p, '\n', text->n);
    ret_line->p = text->p;
    ret_line->n = newline ? (size_t)(newline - text->p) : text->n;
    size_t used = ret_line->n + (newline ? 1 : 0);
    text->p += used;
    text->n -= used;
    return true;
}

/* 1: the line is the key's, and parsed; 0: another's. */
static int match(const char *path, struct tr_slice line, const json_t *key, json_t **ret_object,
                 struct tr_diag *diag)
{
    json_t *object = json_loadb(line.p, line.n, 0, NULL);
    json_t *its_key = json_object_get(object, "key");

    if (!its_key) {
        json_decref(object);
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s is not an offsets file of tailrace's (Kafka Connect's standalone ones "
                       "can't be read); give offset.storage.file.filename another name",
                       path);
    }
    int rc = json_equal(its_key, key);
    if (rc && ret_object)
        *ret_object = object;
    else
        json_decref(object);
    return rc;
}

static int parse_key(struct tr_slice text, json_t **ret_key, struct tr_diag *diag)
{
    *ret_key = json_loadb(text.p, text.n, JSON_DECODE_ANY, NULL);
    return *ret_key ? 0 : tr_fail_bug(diag, "the position's key is not JSON");
}

static int take_entry(json_t *object, struct tr_buf *ret_value, struct tr_store_entry *ret_entry,
                      struct tr_diag *diag)
{
    const json_t *value = json_object_get(object, "value");
    const json_t *file = json_object_get(object, "file");

    *ret_entry = (struct tr_store_entry){
        .inode = (uint64_t)json_integer_value(json_object_get(file, "inode")),
        .length = json_integer_value(json_object_get(file, "length")),
    };
    if (!json_is_object(value))
        return 0;
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (text)
        tr_buf_text(ret_value, text);
    bool ok = text && tr_buf_ok(ret_value);
    free(text);
    if (!ok)
        return tr_fail_memory(diag);
    ret_entry->value = (struct tr_slice){tr_buf_string(ret_value), ret_value->len};
    return 0;
}

int tr_store_read(const char *path, struct tr_slice key, struct tr_buf *ret_value,
                  struct tr_store_entry *ret_entry, struct tr_diag *diag)
{
    struct tr_buf text;
    struct tr_slice line;
    json_t *wanted, *object = NULL;

    if (parse_key(key, &wanted, diag) < 0)
        return -1;
    tr_buf_init(&text, FILE_CAP);
    int rc = load(path, &text, diag); /* no lock: a rename is never seen half-way */
    struct tr_slice rest = {tr_buf_string(&text), text.len};
    while (rc == 0 && next_line(&rest, &line))
        rc = match(path, line, wanted, &object, diag);
    json_decref(wanted);
    if (rc > 0)
        rc = take_entry(object, ret_value, ret_entry, diag);
    else if (rc == 0)
        rc = 1;
    json_decref(object);
    tr_buf_finish(&text);
    return rc;
}

static void put_entry(struct tr_buf *text, struct tr_slice key, const struct tr_store_entry *entry)
{
    tr_buf_text(text, "{\"key\":");
    tr_buf_put(text, key.p, key.n);
    tr_buf_text(text, ",\"value\":");
    if (entry->value.p)
        tr_buf_put(text, entry->value.p, entry->value.n);
    else
        tr_buf_text(text, "null");
    if (entry->inode)
        tr_buf_printf(text, ",\"file\":{\"inode\":%" PRIu64 ",\"length\":%" PRId64 "}",
                      entry->inode, entry->length);
    tr_buf_text(text, "}\n");
}

static char *spell(const json_t *json)
{
    return json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
}

char *tr_store_state_key(struct tr_slice key)
{
    json_t *json = json_loadb(key.p, key.n, 0, NULL);
    char *text = spell(json);

    json_decref(json);
    return text;
}

static bool is_replaced(const struct tr_states *states, struct tr_slice line)
{
    if (!tr_states_count(states))
        return false;
    json_t *object = json_loadb(line.p, line.n, 0, NULL);
    char *key = spell(json_object_get(object, "key"));
    bool replaced = key && tr_states_get(states, key).p;
    free(key);
    json_decref(object);
    return replaced;
}

/* What a new file holds in other words than the old one. */
struct replacing {
    const char *path;
    struct tr_slice key;
    const struct tr_states *states;
};

/* Everything but the key's own line and those of the entry's states. */
static int copy_others(const struct replacing *replacing, const struct tr_buf *old,
                       struct tr_buf *text, struct tr_diag *diag)
{
    struct tr_slice line, rest = {tr_buf_string(old), old->len};
    json_t *own;
    int rc = 0;

    if (parse_key(replacing->key, &own, diag) < 0)
        return -1;
    while (rc >= 0 && next_line(&rest, &line)) {
        rc = match(replacing->path, line, own, NULL, diag);
        if (rc == 0 && !is_replaced(replacing->states, line)) {
            tr_buf_put(text, line.p, line.n);
            tr_buf_text(text, "\n");
        }
    }
    json_decref(own);
    return rc < 0 ? -1 : 0;
}

static void put_states(struct tr_buf *text, const struct tr_states *states)
{
    for (size_t i = 0; i < tr_states_count(states); i++) {
        struct tr_state state = tr_states_at(states, i);
        const struct tr_store_entry entry = {.value = state.value};
        if (!tr_slice_is(state.value, "null"))
            put_entry(text, state.key, &entry);
    }
}

/* Does the partition of a state's key hold everything that the position's holds? */
static bool is_beside(const json_t *its_key, const json_t *key)
{
    json_t *partition = json_array_get(its_key, 1);
    const char *name;
    json_t *value;

    if (!json_equal(json_array_get(its_key, 0), json_array_get(key, 0)) ||
        !json_object_get(partition, "tailrace_state"))
        return false;
    json_object_foreach(json_array_get(key, 1), name, value)
    {
        if (!json_equal(json_object_get(partition, name), value))
            return false;
    }
    return true;
}

static int take_state(struct tr_slice line, const json_t *key, struct tr_states *states,
                      struct tr_diag *diag)
{
    json_t *object = json_loadb(line.p, line.n, 0, NULL);
    json_t *its_key = json_object_get(object, "key");
    int rc = 0;

    if (is_beside(its_key, key)) {
        char *name = spell(its_key), *value = spell(json_object_get(object, "value"));
        rc = name && value
                 ? tr_states_set(states, (struct tr_state){tr_slice_of(name), tr_slice_of(value)},
                                 diag)
                 : tr_fail_memory(diag);
        free(name);
        free(value);
    }
    json_decref(object);
    return rc;
}

int tr_store_read_states(const char *path, struct tr_slice key, struct tr_states *ret_states,
                         struct tr_diag *diag)
{
    struct tr_slice line, rest;
    struct tr_buf text;
    json_t *own;

    if (parse_key(key, &own, diag) < 0)
        return -1;
    tr_buf_init(&text, FILE_CAP);
    int rc = load(path, &text, diag);
    rest = (struct tr_slice){tr_buf_string(&text), text.len};
    while (rc == 0 && next_line(&rest, &line))
        rc = take_state(line, own, ret_states, diag);
    json_decref(own);
    tr_buf_finish(&text);
    return rc;
}

static int sync_folder(const char *path)
{
    char copy[PATH_CAP];

    snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int rc = fsync(fd);
    close(fd);
    return rc;
}

static int write_whole(int fd, const struct tr_buf *text)
{
    for (size_t done = 0; done < text->len;) {
        ssize_t n = write(fd, text->data + done, text->len - done);
        if (n < 0 && errno != EINTR)
            return -1;
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(fd);
}

static int replace(const char *path, const struct tr_buf *text, struct tr_diag *diag)
{
    char temporary[PATH_CAP];

    if (snprintf(temporary, sizeof temporary, "%s.tmp", path) >= (int)sizeof temporary) {
        errno = ENAMETOOLONG;
        return fail_errno(diag, "write", path);
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_errno(diag, "write", path);
    int rc = write_whole(fd, text);
    close(fd);
    if (rc < 0 || rename(temporary, path) < 0 || sync_folder(path) < 0)
        return fail_errno(diag, "write", path);
    return 0;
}

int tr_store_write(const char *path, struct tr_slice key, const struct tr_store_entry *entry,
                   struct tr_diag *diag)
{
    const struct replacing replacing = {path, key, entry->states};
    struct tr_buf old, text;
    int fd;

    if (lock(path, &fd, diag) < 0)
        return -1;
    tr_buf_init(&old, FILE_CAP);
    tr_buf_init(&text, FILE_CAP);
    int rc = load(path, &old, diag);
    if (rc == 0)
        rc = copy_others(&replacing, &old, &text, diag);
    put_entry(&text, key, entry);
    put_states(&text, entry->states);
    if (rc == 0 && !tr_buf_ok(&text))
        rc = tr_fail_memory(diag);
    if (rc == 0)
        rc = replace(path, &text, diag);
    tr_buf_finish(&old);
    tr_buf_finish(&text);
    close(fd);
    return rc;
}
