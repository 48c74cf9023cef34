/*
 * A client of schema registries: Confluent's API, which most registries speak, and Apicurio's own.
 *
 * A schema is filed under a subject without any I/O when it is compiled; the registry is asked for
 * its id when the first value is written by it, so that a table without changes leaves nothing
 * there. The id is kept as long as the connector runs: no record costs a request.
 *
 * The question is asked by the source's thread. When it can't be answered now (the registry is
 * down) the diag says TR_RETRY: the connector gives up its transaction and begins again at its
 * committed position, until the registry answers. When it won't ever be (the schema is
 * incompatible, the login is wrong) it says TR_STOP, as TR_SINK: errors.tolerance doesn't leave out
 * such records, for whether they fail depends on the registry's state at the moment.
 *
 * Passwords and tokens go to the registry alone: no message and no log has them.
 */
#ifndef TR_ENCODE_REGISTRY_H
#define TR_ENCODE_REGISTRY_H

#include <jansson.h>
#include <stdatomic.h>

#include "base/diag.h"
#include "config/options.h"

struct tr_registry;

/* options are borrowed; which of the APIs it is follows from their class. */
int tr_registry_new(const struct tr_converter_options *options, bool key,
                    struct tr_registry **ret_registry, struct tr_diag *diag) TR_MUSTCHECK;
void tr_registry_free(struct tr_registry *registry);

/* A schema's place in a registry. */
struct tr_registry_entry {
    struct tr_registry *registry;
    const char *subject; /* Apicurio: the artifact */
    const char *group;   /* Apicurio's; NULL: the default one */
    const char *text;
    uint64_t id; /* once it is known */
    atomic_bool known;
    struct tr_registry_entry *next;
};

struct tr_registry_schema {
    const char *topic;
    const char *space, *name, *full; /* of the record; full NULL: it is no record */
    const char *text;
};

/* The entry lives as long as the registry. <0: the subject is named by the record, and there is
 * none. */
int tr_registry_file(struct tr_registry *registry, const struct tr_registry_schema *schema,
                     struct tr_registry_entry **ret_entry, struct tr_diag *diag) TR_MUSTCHECK;

/* Ask the registry, unless another thread just did. */
int tr_registry_ask(struct tr_registry_entry *entry, struct tr_diag *diag) TR_MUSTCHECK;

/* Make sure that entry->id is known. */
static inline int tr_registry_resolve(struct tr_registry_entry *entry, struct tr_diag *diag)
{
    if (TR_LIKELY(atomic_load_explicit(&entry->known, memory_order_acquire)))
        return 0;
    return tr_registry_ask(entry, diag);
}

/* The schema that is filed under an id, which the caller drops. >0: there is none. */
int tr_registry_fetch(struct tr_registry *registry, uint64_t id, json_t **ret_schema,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* Whether two schemas, as JSON text, are the same to those who read and write values: type, names,
 * fields and branches in their order; not documentation, defaults and attributes. >0: they are
 * not; <0: the second is not a schema. */
int tr_avro_same_shape(const char *own, const char *other, struct tr_diag *diag) TR_MUSTCHECK;

#endif
