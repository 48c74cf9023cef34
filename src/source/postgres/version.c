#include "source/postgres/version.h"

#include <inttypes.h>
#include <stdlib.h>

#define ARENA_CHUNK (8U << 10)
#define ARENA_CAP   (64U << 20)

/* atttypmod of types with a length counts the header of a varlena too. */
#define VARHDRSZ 4

/* A version in the making. */
struct making {
    struct tr_pg_version *version;
    const struct tr_pgoutput_message *message; /* or NULL */
    struct tr_column *columns;
    uint32_t *types; /* oid of each column's type */
    size_t n;
    struct tr_diag *diag;
};

static const struct tr_pg_attribute *attribute_of(const struct tr_pg_shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->nattributes; i++)
        if (strcmp(shape->attributes[i].name, name) == 0)
            return &shape->attributes[i];
    return NULL;
}

static int column_from_message(struct making *making, size_t i)
{
    const struct tr_pgoutput_column *news = &making->message->relation.columns[i];
    struct tr_column *column = &making->columns[i];

    column->name = tr_arena_strdup(&making->version->arena, news->name);
    if (!column->name)
        return tr_fail_memory(making->diag);
    column->modifier = news->modifier;
    column->identity = news->identity;
    making->types[i] = news->type;
    const struct tr_pg_attribute *attribute = attribute_of(&making->version->shape, column->name);
    column->optional = !attribute || !attribute->not_null;
    /* the default of a column that has another type by now says nothing about these rows */
    if (attribute && attribute->type == news->type)
        column->default_text = attribute->default_text;
    if (!attribute && news->identity && making->message->relation.identity == 'd')
        column->optional = false;
    return 0;
}

static void column_from_catalog(struct making *making, size_t i)
{
    const struct tr_pg_attribute *attribute = &making->version->shape.attributes[i];

    making->types[i] = attribute->type;
    making->columns[i] = (struct tr_column){
        .name = attribute->name,
        .modifier = attribute->modifier,
        .optional = !attribute->not_null,
        .default_text = attribute->default_text,
    };
}

/* What a modifier means depends on the type. Facts: PostgreSQL source, the typmodin functions. */
static void read_modifier(struct tr_column *column)
{
    const struct tr_pg_type *type = column->type;
    int32_t modifier = column->modifier;

    column->length = column->scale = -1;
    for (; type->base; type = type->base)
        modifier = modifier < 0 ? type->base_modifier : modifier;
    if (modifier < 0 || strcmp(type->schema, "pg_catalog") != 0)
        return;
    const char *name = type->element ? type->element->name : type->name;
    if (strcmp(name, "varchar") == 0 || strcmp(name, "bpchar") == 0) {
        column->length = modifier - VARHDRSZ;
    } else if (strcmp(name, "numeric") == 0) {
        column->length = (modifier - VARHDRSZ) >> 16 & 0xffff;
        column->scale = (modifier - VARHDRSZ) & 0x7ff; /* 11 bits, two's complement */
    } else if (strcmp(name, "bit") == 0 || strcmp(name, "varbit") == 0) {
        column->length = modifier;
    } else if (strncmp(name, "time", 4) == 0) {
        column->scale = modifier;
    } else if (strcmp(name, "interval") == 0) {
        column->scale = modifier & 0xffff;
    }
}

/* Types are dropped with their tables; what came over the wire is text all the same. */
static const struct tr_pg_type *unknown_type(struct tr_arena *arena, uint32_t oid)
{
    struct tr_pg_type *type = tr_arena_zalloc(arena, 1, sizeof *type);

    if (type)
        *type = (struct tr_pg_type){.oid = oid,
                                    .schema = "",
                                    .name = "unknown",
                                    .kind = 'b',
                                    .category = 'X',
                                    .base_modifier = -1};
    return type;
}

static int resolve_types(struct making *making, const struct tr_pg_session *session)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf oids = {0};
    struct tr_pg_types types;

    tr_buf_init(&oids, 1 << 20);
    tr_buf_text(&oids, "{");
    for (size_t i = 0; i < making->n; i++)
        tr_buf_printf(&oids, "%s%" PRIu32, i ? "," : "", making->types[i]);
    tr_buf_text(&oids, "}");
    if (!tr_buf_ok(&oids))
        return tr_fail_memory(making->diag);
    int rc = tr_pg_catalog_types(session, &oids, &making->version->arena, &types, making->diag);
    if (rc)
        return rc;
    for (size_t i = 0; i < making->n; i++) {
        struct tr_column *column = &making->columns[i];
        const struct tr_pg_type *type =
            tr_pg_types_find(&types, making->types[i], &column->type_name);
        if (!type) {
            type = unknown_type(&making->version->arena, making->types[i]);
            column->type_name = "unknown";
        }
        if (!type)
            return tr_fail_memory(making->diag);
        column->type = type;
        column->optional &= !(type->kind == 'd' && type->not_null);
        read_modifier(column);
    }
    return 0;
}

static bool place_of(const struct making *making, const char *name, unsigned *ret_place)
{
    for (size_t i = 0; i < making->n; i++)
        if (strcmp(making->columns[i].name, name) == 0) {
            *ret_place = (unsigned)i;
            return true;
        }
    return false;
}

/* The catalog's key in terms of this version; nkey stays 0 when a column of it isn't there. */
static void key_from_catalog(const struct making *making, unsigned *key, size_t *ret_nkey)
{
    const struct tr_pg_shape *shape = &making->version->shape;
    size_t n = 0;

    while (n < shape->nkey && n < making->n && place_of(making, shape->key[n], &key[n]))
        n++;
    *ret_nkey = n == shape->nkey ? n : 0;
}

/* The default replica identity marks exactly the primary key's columns. */
static bool key_is_marked(const struct making *making, const unsigned *key, size_t nkey)
{
    size_t marked = 0;

    for (size_t i = 0; i < making->n; i++)
        marked += making->columns[i].identity;
    for (size_t i = 0; i < nkey; i++)
        if (!making->columns[key[i]].identity)
            return false;
    return marked == nkey;
}

static int find_key(struct making *making)
{
    struct tr_table *table = &making->version->table;
    unsigned *key = tr_arena_zalloc(&making->version->arena, making->n, sizeof *key);
    bool marks = making->message && making->message->relation.identity == 'd';
    size_t marked = 0;

    if (!key)
        return tr_fail_memory(making->diag);
    key_from_catalog(making, key, &table->nkey);
    for (size_t i = 0; i < making->n; i++)
        marked += making->columns[i].identity;
    if (marks && marked > 0 && !key_is_marked(making, key, table->nkey)) {
        table->nkey = 0;
        for (size_t i = 0; i < making->n; i++)
            if (making->columns[i].identity)
                key[table->nkey++] = (unsigned)i;
    }
    table->key = key;
    return 0;
}

static int name_table(struct making *making, const struct tr_pg_session *session)
{
    struct tr_pg_version *version = making->version;
    const struct tr_pgoutput_message *message = making->message;
    const char *schema = version->shape.schema, *name = version->shape.name;

    if (message) {
        schema = message->relation.schema.n
                     ? tr_arena_strdup(&version->arena, message->relation.schema)
                     : "pg_catalog";
        name = tr_arena_strdup(&version->arena, message->relation.name);
    }
    version->table.schema = schema;
    version->table.name = name;
    version->table.catalog = tr_arena_strdup(&version->arena, tr_slice_of(PQdb(session->conn)));
    return schema && name && version->table.catalog ? 0 : tr_fail_memory(making->diag);
}

static int fill_columns(struct making *making)
{
    struct tr_pg_version *version = making->version;

    making->n = making->message ? making->message->relation.ncolumns : version->shape.nattributes;
    making->columns = tr_arena_zalloc(&version->arena, making->n, sizeof *making->columns);
    making->types = tr_arena_zalloc(&version->arena, making->n, sizeof *making->types);
    if (!making->columns || !making->types)
        return tr_fail_memory(making->diag);
    version->table.columns = making->columns;
    version->table.ncolumns = making->n;
    for (size_t i = 0; i < making->n; i++) {
        if (!making->message)
            column_from_catalog(making, i);
        else if (column_from_message(making, i) < 0)
            return -1;
    }
    return 0;
}

static int fill(struct making *making, const struct tr_pg_session *session)
{
    if (!making->message && !making->version->shape.exists)
        return tr_fail(making->diag, TR_SCHEMA, TR_RETRY,
                       "a table was dropped while its definition was read");
    if (name_table(making, session) < 0 || fill_columns(making) < 0)
        return -1;
    int rc = resolve_types(making, session);
    return rc ? rc : find_key(making);
}

int tr_pg_version_new(const struct tr_pg_session *session, uint32_t oid,
                      const struct tr_pgoutput_message *message, struct tr_pg_version **ret_version,
                      struct tr_diag *diag)
{
    struct tr_pg_version *version = calloc(1, sizeof *version);
    struct making making = {.version = version, .message = message, .diag = diag};

    if (!version)
        return tr_fail_memory(diag);
    tr_arena_init(&version->arena, ARENA_CHUNK, ARENA_CAP);
    version->table.id = oid;
    int rc = tr_pg_catalog_shape(session, oid, &version->arena, &version->shape, diag);
    if (!rc)
        rc = fill(&making, session);
    if (rc)
        tr_pg_version_free(version);
    else
        *ret_version = version;
    return rc;
}

void tr_pg_version_free(struct tr_pg_version *version)
{
    if (!version)
        return;
    tr_capture_table_free(version->compiled);
    tr_arena_finish(&version->arena);
    free(version);
}

const char *tr_pg_version_key(const struct tr_pg_version *version, struct tr_arena *arena)
{
    const struct tr_table *table = &version->table;
    const char *key = "";

    for (size_t i = 0; key && i < table->nkey; i++) {
        const struct tr_column *column = &table->columns[table->key[i]];
        const struct tr_pg_type *type = column->type;
        key = tr_arena_printf(arena, "%s%s%s %" PRIu32, key, i ? "," : "", column->name, type->oid);
    }
    return key;
}

int tr_pg_version_compile(struct tr_pg_version *version, struct tr_capture *capture,
                          struct tr_diag *diag)
{
    return tr_capture_table_new(capture, &version->table, &version->compiled, diag);
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The same type; an enum may have other labels now. ALTER TYPE itself sends no RELATION, and when
 * the next one comes is not certain: with labels renewed by it, a replay could differ. */
static bool same_type(const struct tr_pg_type *a, const struct tr_pg_type *b)
{
    for (; a && b; a = a->element ? a->element : a->base, b = b->element ? b->element : b->base)
        if (a->oid != b->oid || a->not_null != b->not_null || !same_text(a->name, b->name))
            return false;
    return a == b;
}

static bool same_column(const struct tr_column *a, const struct tr_column *b)
{
    return a->modifier == b->modifier && a->optional == b->optional && a->identity == b->identity &&
           same_text(a->name, b->name) && same_text(a->default_text, b->default_text) &&
           same_type(a->type, b->type);
}

bool tr_pg_version_equal(const struct tr_pg_version *a, const struct tr_pg_version *b)
{
    const struct tr_table *ta = &a->table, *tb = &b->table;

    if (ta->ncolumns != tb->ncolumns || ta->nkey != tb->nkey ||
        !same_text(ta->schema, tb->schema) || !same_text(ta->name, tb->name))
        return false;
    for (size_t i = 0; i < ta->ncolumns; i++)
        if (!same_column(&ta->columns[i], &tb->columns[i]))
            return false;
    for (size_t i = 0; i < ta->nkey; i++)
        if (ta->key[i] != tb->key[i])
            return false;
    return true;
}
