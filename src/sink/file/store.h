/*
 * The offsets file (offset.storage.file.filename): positions where no Kafka keeps them.
 *
 * One line of JSON per connector: {"key":[…],"value":{…},"file":{"inode":…,"length":…}}; key and
 * value as in Connect's offsets topic, file says how much of a file sink's output the position
 * covers. The file is replaced as a whole (temporary file, fsync, rename, fsync of the folder), so
 * it is always one commit's state. Connectors of one or several processes may share it: a lock file
 * beside it orders them. A connector's states (record/state.h) are lines of their own, without
 * file.
 */
#ifndef TR_SINK_FILE_STORE_H
#define TR_SINK_FILE_STORE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "record/state.h"

struct tr_store_entry {
    struct tr_slice value; /* JSON; p NULL: no position yet */
    uint64_t inode;        /* of the output file; 0: the output is no file */
    int64_t length;        /* bytes of it */
    /* To be written with it, by stored key; the value "null" takes one away. NULL: none. */
    const struct tr_states *states;
};

/* The value is put into ret_value, and the entry's value points there. >0: no entry. */
int tr_store_read(const char *path, struct tr_slice key, struct tr_buf *ret_value,
                  struct tr_store_entry *ret_entry, struct tr_diag *diag) TR_MUSTCHECK;

/* All states beside the key's position. */
int tr_store_read_states(const char *path, struct tr_slice key, struct tr_states *ret_states,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* The form in which states' keys are compared: as this file spells them. To be freed; NULL: not
 * JSON, or no memory. */
char *tr_store_state_key(struct tr_slice key) TR_MUSTCHECK;

/* Durable when this returns. */
int tr_store_write(const char *path, struct tr_slice key, const struct tr_store_entry *entry,
                   struct tr_diag *diag) TR_MUSTCHECK;

#endif
