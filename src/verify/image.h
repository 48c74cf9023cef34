/* What is left of a record for comparing: its key, and a hash of each column. verify/'s own. */
#ifndef TR_VERIFY_IMAGE_H
#define TR_VERIFY_IMAGE_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/options.h"

/* A value that the log left out because it hadn't changed. */
#define TR_VERIFY_UNAVAILABLE 0

struct tr_verify_field {
    uint64_t name, value; /* hashes; value may be TR_VERIFY_UNAVAILABLE */
};

enum tr_verify_kind {
    TR_VERIFY_ROW,
    TR_VERIFY_GONE,    /* no such row, from here on */
    TR_VERIFY_EMPTIED, /* no row at all: TRUNCATE; there is no key */
};

struct tr_verify_image {
    enum tr_verify_kind kind;
    int32_t partition;
    int64_t offset, timestamp_ms;
    struct tr_slice key; /* JSON, in one form */
    const struct tr_verify_field *fields;
    size_t nfields;
};

uint64_t tr_verify_hash(const void *bytes, size_t n);
uint64_t tr_verify_null(void); /* the hash of a column's null */

/* The names of hashed columns. */
struct tr_verify_names {
    struct tr_arena arena;
    struct tr_verify_name {
        uint64_t hash;
        const char *name;
    } * items;
    size_t count, room;
};

void tr_verify_names_init(struct tr_verify_names *names);
void tr_verify_names_finish(struct tr_verify_names *names);
const char *tr_verify_names_find(const struct tr_verify_names *names, uint64_t hash);

/* How records are read. */
struct tr_verify_form {
    bool key_schema, value_schema; /* JsonConverter's schemas.enable */
    bool unwrapped;                /* by ExtractNewRecordState */
    const char *table;             /* schema.table: records of others are not looked at */
    const char *placeholder;       /* unavailable.value.placeholder */
    struct tr_verify_names *names; /* learns the columns; NULL: doesn't */
};

/* The condition that a record says nothing of the table. */
#define TR_VERIFY_OTHER 1

/* As they stand in Kafka; p NULL: none. */
struct tr_verify_record {
    struct tr_slice key, value;
};

/* The texts of the image are in the arena. <0: not such a record. >0: TR_VERIFY_OTHER. */
int tr_verify_image_read(const struct tr_verify_form *form, const struct tr_verify_record *record,
                         struct tr_arena *arena, struct tr_verify_image *ret_image,
                         struct tr_diag *diag) TR_MUSTCHECK;

#endif
