#include "verify/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A key of Kafka's. */
#define IMAGE_CAP ((size_t)1 << 30)

/* An image in a file: this, the fields, the key. */
struct header {
    int64_t offset, timestamp_ms;
    uint32_t nkey, nfields;
    int32_t partition;
    uint32_t kind;
};

void tr_verify_spill_init(struct tr_verify_spill *spill)
{
    *spill = (struct tr_verify_spill){.files = {NULL}};
    tr_arena_init(&spill->arena, 65536, IMAGE_CAP);
}

void tr_verify_spill_finish(struct tr_verify_spill *spill)
{
    for (size_t i = 0; i < TR_VERIFY_BUCKETS; i++)
        if (spill->files[i])
            fclose(spill->files[i]);
    tr_arena_finish(&spill->arena);
}

static const char *folder(void)
{
    const char *wish = getenv("TMPDIR");
    return wish && *wish ? wish : "/var/tmp";
}

static int fail(struct tr_diag *diag)
{
    return tr_fail(diag, TR_RESOURCE, TR_STOP,
                   "can't use a temporary file in %s: %s; set TMPDIR to a folder with room for the "
                   "keys and hashes of all records",
                   folder(), strerror(errno));
}

/* Without a name, so that it goes away with the process. */
static FILE *open_file(void)
{
    char path[4096];
    FILE *file = NULL;

    if (snprintf(path, sizeof path, "%s/tailrace-verify-XXXXXX", folder()) >= (int)sizeof path)
        return NULL;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return NULL;
    (void)unlink(path);
    file = fdopen(fd, "w+");
    if (!file)
        close(fd);
    return file;
}

static bool put_bytes(FILE *file, const void *bytes, size_t n)
{
    return n == 0 || fwrite(bytes, 1, n, file) == n;
}

static int put(struct tr_verify_spill *spill, size_t bucket, const struct tr_verify_image *image,
               struct tr_diag *diag)
{
    const struct header header = {
        .offset = image->offset,
        .timestamp_ms = image->timestamp_ms,
        .nkey = (uint32_t)image->key.n,
        .nfields = (uint32_t)image->nfields,
        .partition = image->partition,
        .kind = image->kind,
    };

    if (!spill->files[bucket])
        spill->files[bucket] = open_file();
    FILE *file = spill->files[bucket];
    if (!file || !put_bytes(file, &header, sizeof header) ||
        !put_bytes(file, image->fields, image->nfields * sizeof *image->fields) ||
        !put_bytes(file, image->key.p, image->key.n))
        return fail(diag);
    return 0;
}

int tr_verify_spill_put(struct tr_verify_spill *spill, const struct tr_verify_image *image,
                        struct tr_diag *diag)
{
    if (image->kind != TR_VERIFY_EMPTIED)
        return put(spill, tr_verify_hash(image->key.p, image->key.n) % TR_VERIFY_BUCKETS, image,
                   diag);
    for (size_t i = 0; i < TR_VERIFY_BUCKETS; i++)
        if (put(spill, i, image, diag) < 0)
            return -1;
    return 0;
}

/* >0: the file's end. */
static int get(struct tr_verify_spill *spill, FILE *file, struct tr_verify_image *ret_image,
               struct tr_diag *diag)
{
    struct header header;

    tr_arena_reset(&spill->arena);
    if (fread(&header, sizeof header, 1, file) != 1)
        return ferror(file) ? fail(diag) : 1;
    struct tr_verify_field *fields = tr_arena_zalloc(&spill->arena, header.nfields, sizeof *fields);
    char *key = tr_arena_alloc(&spill->arena, header.nkey + 1);
    if (!fields || !key)
        return tr_fail_memory(diag);
    if (fread(fields, sizeof *fields, header.nfields, file) != header.nfields ||
        fread(key, 1, header.nkey, file) != header.nkey)
        return fail(diag);
    *ret_image = (struct tr_verify_image){
        .kind = (enum tr_verify_kind)header.kind,
        .partition = header.partition,
        .offset = header.offset,
        .timestamp_ms = header.timestamp_ms,
        .key = {key, header.nkey},
        .fields = fields,
        .nfields = header.nfields,
    };
    return 0;
}

int tr_verify_spill_each(struct tr_verify_spill *spill, size_t bucket,
                         int (*take)(void *context, const struct tr_verify_image *image),
                         void *context, struct tr_diag *diag)
{
    FILE *file = spill->files[bucket];
    struct tr_verify_image image;
    int rc = 0;

    if (!file)
        return 0;
    if (fflush(file) || fseeko(file, 0, SEEK_SET))
        return fail(diag);
    while (!rc) {
        rc = get(spill, file, &image, diag);
        if (rc)
            return rc < 0 ? -1 : 0;
        rc = take(context, &image);
    }
    return rc;
}
