#include "source/postgres/relation.h"

#include <stdlib.h>

#define MAX_RELATIONS (1U << 24)

void tr_pg_relations_init(struct tr_pg_relations *relations, const struct tr_pg_session *catalog,
                          struct tr_capture *capture)
{
    *relations = (struct tr_pg_relations){.catalog = catalog, .capture = capture};
}

void tr_pg_relations_finish(struct tr_pg_relations *relations)
{
    for (size_t i = 0; i < relations->count; i++)
        tr_pg_version_free(relations->items[i].version);
    free(relations->items);
    *relations = (struct tr_pg_relations){0};
}

/* Where the id stands, or would stand. */
static size_t place_of(const struct tr_pg_relations *relations, uint32_t id)
{
    size_t low = 0, high = relations->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (relations->items[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct tr_pg_relation *tr_pg_relations_find(struct tr_pg_relations *relations, uint32_t id)
{
    if (relations->last < relations->count && relations->items[relations->last].id == id)
        return &relations->items[relations->last];
    size_t place = place_of(relations, id);
    if (place == relations->count || relations->items[place].id != id)
        return NULL;
    relations->last = place;
    return &relations->items[place];
}

static struct tr_pg_relation *find_or_add(struct tr_pg_relations *relations, uint32_t id)
{
    size_t place = place_of(relations, id);

    if (place < relations->count && relations->items[place].id == id)
        return &relations->items[place];
    if (relations->count == relations->room) {
        size_t room = relations->room ? relations->room * 2 : 64;
        struct tr_pg_relation *items =
            room > MAX_RELATIONS ? NULL : reallocarray(relations->items, room, sizeof *items);
        if (!items)
            return NULL;
        relations->items = items;
        relations->room = room;
    }
    memmove(&relations->items[place + 1], &relations->items[place],
            (relations->count - place) * sizeof *relations->items);
    relations->count++;
    relations->items[place] = (struct tr_pg_relation){.id = id};
    return &relations->items[place];
}

static int wanted(const struct tr_pg_relations *relations,
                  const struct tr_pgoutput_message *message, bool *ret_wanted, struct tr_diag *diag)
{
    char schema[256], name[256];

    /* names have at most 63 bytes (NAMEDATALEN), also in servers that were built with more */
    if (message->relation.schema.n >= sizeof schema || message->relation.name.n >= sizeof name)
        return tr_fail(diag, TR_DATA, TR_STOP, "the name of relation %" PRIu32 " is too long",
                       message->relation.id);
    *(char *)mempcpy(schema, message->relation.schema.p, message->relation.schema.n) = '\0';
    *(char *)mempcpy(name, message->relation.name.p, message->relation.name.n) = '\0';
    *ret_wanted = tr_capture_wants(relations->capture, schema[0] ? schema : "pg_catalog", name);
    return 0;
}

static int renew(struct tr_pg_relations *relations, struct tr_pg_relation *relation,
                 const struct tr_pgoutput_message *message, struct tr_diag *diag)
{
    struct tr_pg_version *version;
    int rc = tr_pg_version_new(relations->catalog, relation->id, message, &version, diag);

    if (rc)
        return rc;
    /* the server repeats RELATION after every invalidation, an ANALYZE for example */
    if (relation->version && tr_pg_version_equal(relation->version, version)) {
        tr_pg_version_free(version);
        return 0;
    }
    if (tr_pg_version_compile(version, relations->capture, diag) < 0) {
        tr_pg_version_free(version);
        return -1;
    }
    tr_pg_version_free(relation->version);
    relation->version = version;
    return 0;
}

int tr_pg_relations_learn(struct tr_pg_relations *relations,
                          const struct tr_pgoutput_message *message, struct tr_diag *diag)
{
    struct tr_pg_relation *relation = find_or_add(relations, message->relation.id);
    bool is_wanted;

    if (!relation)
        return tr_fail_memory(diag);
    if (wanted(relations, message, &is_wanted, diag) < 0)
        return -1;
    if (is_wanted)
        return renew(relations, relation, message, diag);
    tr_pg_version_free(relation->version); /* renamed out of what is captured */
    relation->version = NULL;
    return 0;
}
