#include "source/postgres/catalog.h"

#include <stdio.h>
#include <stdlib.h>

static const char relation_sql[] =
    "SELECT n.nspname, c.relname, c.relkind, NOT EXISTS (SELECT 1 FROM pg_attribute a"
    " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid";

static const char attributes_sql[] =
    "SELECT a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated <> '',"
    " pg_get_expr(d.adbin, d.adrelid)" /* of a generated column too, as Debezium has it */
    " FROM pg_attribute a"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped%s ORDER BY a.attnum";

/* The publication's column list, which PostgreSQL 15 brought: the stream has no other columns. */
static const char listed_sql[] =
    " AND NOT EXISTS (SELECT 1 FROM pg_publication_rel r JOIN pg_publication p"
    " ON p.oid = r.prpubid WHERE p.pubname = $2 AND r.prrelid = a.attrelid"
    " AND r.prattrs IS NOT NULL AND a.attnum <> ALL (r.prattrs))";

/* INCLUDE columns stand behind the first indnkeyatts ones and are no part of the key. */
static const char key_sql[] =
    "WITH chosen AS (SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts, i.indisprimary"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indexprs IS NULL"
    " ORDER BY i.indisprimary DESC, c.relname COLLATE \"C\" LIMIT 1)"
    " SELECT a.attname, chosen.indisprimary FROM chosen"
    " CROSS JOIN LATERAL unnest(chosen.indkey) WITH ORDINALITY AS k(attnum, place)"
    " JOIN pg_attribute a ON a.attrelid = chosen.indrelid AND a.attnum = k.attnum"
    " WHERE k.place <= chosen.indnkeyatts ORDER BY k.place";

static const char types_sql[] =
    "WITH RECURSIVE wanted(oid) AS (SELECT unnest($1::oid[])"
    " UNION SELECT v.oid FROM wanted JOIN pg_type t ON t.oid = wanted.oid"
    " CROSS JOIN LATERAL (VALUES (t.typelem), (t.typbasetype)) AS v(oid) WHERE v.oid <> 0)"
    " SELECT t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typelem, t.typbasetype,"
    " t.typtypmod, t.typnotnull, format_type(t.oid, NULL)"
    " FROM wanted JOIN pg_type t ON t.oid = wanted.oid JOIN pg_namespace n"
    " ON n.oid = t.typnamespace ORDER BY t.oid";

static const char labels_sql[] =
    "SELECT enumtypid, enumlabel FROM pg_enum WHERE enumtypid = ANY($1::oid[])"
    " ORDER BY enumtypid, enumsortorder";

/* The results behind one shape, from which it is copied. */
struct answers {
    PGresult *relation, *attributes, *key;
};

static void clear_answers(struct answers *answers)
{
    PQclear(answers->relation);
    PQclear(answers->attributes);
    PQclear(answers->key);
}

static int ask_all(const struct tr_pg_session *session, uint32_t oid, struct answers *answers,
                   struct tr_diag *diag)
{
    char text[16], sql[sizeof attributes_sql + sizeof listed_sql];
    bool listed = session->version >= 150000;
    const char *publication = session->context->options->postgres.publication_name;
    const char *parameters[] = {text, NULL};

    snprintf(text, sizeof text, "%" PRIu32, oid);
    snprintf(sql, sizeof sql, attributes_sql, listed ? listed_sql : "");
    int rc = tr_pg_ask(session, relation_sql, parameters, &answers->relation, diag);
    if (!rc)
        rc = tr_pg_ask(session, sql, (const char *[]){text, listed ? publication : NULL, NULL},
                       &answers->attributes, diag);
    if (!rc)
        rc = tr_pg_ask(session, key_sql, parameters, &answers->key, diag);
    return rc;
}

/* A cell copied into the arena; NULL for NULL, and sticky failure when there is no room. */
static const char *copy_cell(const PGresult *result, int row, int column, struct tr_arena *arena,
                             bool *failed)
{
    const char *text = tr_pg_cell(result, row, column);
    const char *copy = text ? tr_arena_strdup(arena, tr_slice_of(text)) : NULL;

    *failed |= text && !copy;
    return copy;
}

static bool copy_attributes(const PGresult *result, struct tr_arena *arena,
                            struct tr_pg_shape *shape)
{
    size_t n = (size_t)PQntuples(result);
    struct tr_pg_attribute *attributes = tr_arena_zalloc(arena, n, sizeof *attributes);
    bool failed = !attributes;

    for (size_t i = 0; !failed && i < n; i++) {
        int row = (int)i;
        attributes[i] = (struct tr_pg_attribute){
            .name = copy_cell(result, row, 0, arena, &failed),
            .type = (uint32_t)tr_pg_number(result, row, 1),
            .modifier = (int32_t)tr_pg_number(result, row, 2),
            .not_null = tr_pg_truth(result, row, 3),
            .generated = tr_pg_truth(result, row, 4),
            .default_text = copy_cell(result, row, 5, arena, &failed),
        };
    }
    shape->attributes = attributes;
    shape->nattributes = n;
    return !failed;
}

static bool copy_key(const PGresult *result, struct tr_arena *arena, struct tr_pg_shape *shape)
{
    size_t n = (size_t)PQntuples(result);
    const char **key = tr_arena_zalloc(arena, n, sizeof *key);
    bool failed = !key;

    for (size_t i = 0; !failed && i < n; i++)
        key[i] = copy_cell(result, (int)i, 0, arena, &failed);
    shape->key = key;
    shape->nkey = n;
    shape->primary = n > 0 && tr_pg_truth(result, 0, 1);
    return !failed;
}

int tr_pg_catalog_shape(const struct tr_pg_session *session, uint32_t oid, struct tr_arena *arena,
                        struct tr_pg_shape *ret_shape, struct tr_diag *diag)
{
    TR_CLEANUP(clear_answers) struct answers answers = {0};
    bool failed = false;

    *ret_shape = (struct tr_pg_shape){0};
    int rc = ask_all(session, oid, &answers, diag);
    if (rc)
        return rc;
    if (PQntuples(answers.relation) == 0)
        return 0;
    /* dropped between two of the statements, unless it never had columns, which may be */
    if (PQntuples(answers.attributes) == 0 && !tr_pg_truth(answers.relation, 0, 3))
        return 0;
    ret_shape->exists = true;
    ret_shape->schema = copy_cell(answers.relation, 0, 0, arena, &failed);
    ret_shape->name = copy_cell(answers.relation, 0, 1, arena, &failed);
    ret_shape->kind = tr_pg_cell(answers.relation, 0, 2)[0];
    if (failed || !copy_attributes(answers.attributes, arena, ret_shape) ||
        !copy_key(answers.key, arena, ret_shape))
        return tr_fail_memory(diag);
    return 0;
}

const struct tr_pg_type *tr_pg_types_find(const struct tr_pg_types *types, uint32_t oid,
                                          const char **ret_spelling)
{
    size_t low = 0, high = types->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (types->items[middle].oid < oid)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == types->count || types->items[low].oid != oid)
        return NULL;
    if (ret_spelling)
        *ret_spelling = types->spellings[low];
    return &types->items[low];
}

static bool copy_type(const PGresult *result, int row, struct tr_arena *arena,
                      struct tr_pg_types *types)
{
    bool failed = false;

    types->items[row] = (struct tr_pg_type){
        .oid = (uint32_t)tr_pg_number(result, row, 0),
        .schema = copy_cell(result, row, 1, arena, &failed),
        .name = copy_cell(result, row, 2, arena, &failed),
        .kind = tr_pg_cell(result, row, 3)[0],
        .category = tr_pg_cell(result, row, 4)[0],
        .base_modifier = (int32_t)tr_pg_number(result, row, 7),
        .not_null = tr_pg_truth(result, row, 8),
    };
    types->spellings[row] = copy_cell(result, row, 9, arena, &failed);
    return !failed;
}

static bool copy_types(const PGresult *result, struct tr_arena *arena, struct tr_pg_types *types)
{
    int n = PQntuples(result);

    types->items = tr_arena_zalloc(arena, (size_t)n, sizeof *types->items);
    types->spellings = tr_arena_zalloc(arena, (size_t)n, sizeof *types->spellings);
    if (!types->items || !types->spellings)
        return false;
    for (int row = 0; row < n; row++, types->count++)
        if (!copy_type(result, row, arena, types))
            return false;
    for (int row = 0; row < n; row++) {
        struct tr_pg_type *type = &types->items[row];
        /* name, point and box have a typelem too, but are no arrays */
        if (type->category == 'A')
            type->element = tr_pg_types_find(types, (uint32_t)tr_pg_number(result, row, 5), NULL);
        type->base = tr_pg_types_find(types, (uint32_t)tr_pg_number(result, row, 6), NULL);
    }
    return true;
}

/* The labels of one enum: a run of rows with its oid. */
static bool copy_labels(const PGresult *result, struct tr_arena *arena, struct tr_pg_type *type)
{
    int n = PQntuples(result), first = 0, last;
    bool failed = false;

    while (first < n && (uint32_t)tr_pg_number(result, first, 0) != type->oid)
        first++;
    for (last = first; last < n && (uint32_t)tr_pg_number(result, last, 0) == type->oid;)
        last++;
    const char **labels = tr_arena_zalloc(arena, (size_t)(last - first), sizeof *labels);
    for (int row = first; labels && row < last; row++)
        labels[row - first] = copy_cell(result, row, 1, arena, &failed);
    type->labels = labels;
    type->nlabels = (size_t)(last - first);
    return labels && !failed;
}

static int load_labels(const struct tr_pg_session *session, struct tr_arena *arena,
                       struct tr_pg_types *types, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf oids = {0};
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;

    tr_buf_init(&oids, 1 << 20);
    for (size_t i = 0; i < types->count; i++)
        if (types->items[i].kind == 'e')
            tr_buf_printf(&oids, "%c%" PRIu32, oids.len ? ',' : '{', types->items[i].oid);
    if (oids.len == 0)
        return 0;
    tr_buf_text(&oids, "}");
    if (!tr_buf_ok(&oids))
        return tr_fail_memory(diag);
    int rc =
        tr_pg_ask(session, labels_sql, (const char *[]){tr_buf_string(&oids), NULL}, &result, diag);
    if (rc)
        return rc;
    for (size_t i = 0; i < types->count; i++)
        if (types->items[i].kind == 'e' && !copy_labels(result, arena, &types->items[i]))
            return tr_fail_memory(diag);
    return 0;
}

int tr_pg_catalog_types(const struct tr_pg_session *session, const struct tr_buf *oids,
                        struct tr_arena *arena, struct tr_pg_types *ret_types, struct tr_diag *diag)
{
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;

    *ret_types = (struct tr_pg_types){0};
    int rc =
        tr_pg_ask(session, types_sql, (const char *[]){tr_buf_string(oids), NULL}, &result, diag);
    if (rc)
        return rc;
    if (!copy_types(result, arena, ret_types))
        return tr_fail_memory(diag);
    return load_labels(session, arena, ret_types, diag);
}
