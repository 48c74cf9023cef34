/*
 * Spatial types and VECTOR.
 *
 * A geometry's cell: its SRID in four little-endian bytes, then well-known binary as the server
 * stores it (always little-endian; the axes of a geographic SRID as the server has them). A
 * VECTOR's: little-endian floats.
 */
#include "source/mysql/types/impl.h"

/* Well-known binary of a point: byte order, type, x, y. */
#define POINT_SIZE 21

static double load_double(const char *p)
{
    uint64_t bits = tr_mysql_le((struct tr_slice){p, 8});
    double number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

static struct tr_value srid_of(struct tr_slice cell)
{
    uint64_t srid = tr_mysql_le((struct tr_slice){cell.p, 4});

    return srid ? tr_value_integer((int32_t)srid) : (struct tr_value){0};
}

/* {wkb, srid} */
static int convert_geometry(const struct tr_plan_column *column, struct tr_slice bytes,
                            struct tr_arena *scratch, struct tr_value *ret_value,
                            struct tr_diag *diag)
{
    (void)column;
    if (bytes.n < 9)
        return tr_mysql_bad_cell(diag, "geometry", bytes);
    struct tr_value *items = tr_arena_alloc(scratch, 2 * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    items[0] = tr_value_bytes((struct tr_slice){bytes.p + 4, bytes.n - 4});
    items[1] = srid_of(bytes);
    *ret_value = tr_value_items(items, 2);
    return 0;
}

/* {x, y, wkb, srid} */
static int convert_point(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    static const char head[] = {1, 1, 0, 0, 0};

    (void)column;
    if (bytes.n != 4 + POINT_SIZE || memcmp(bytes.p + 4, head, sizeof head) != 0)
        return tr_mysql_bad_cell(diag, "POINT", bytes);
    struct tr_value *items = tr_arena_alloc(scratch, 4 * sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    items[0] = (struct tr_value){.kind = TR_DOUBLE, .float64 = load_double(bytes.p + 9)};
    items[1] = (struct tr_value){.kind = TR_DOUBLE, .float64 = load_double(bytes.p + 17)};
    items[2] = tr_value_bytes((struct tr_slice){bytes.p + 4, POINT_SIZE});
    items[3] = srid_of(bytes);
    *ret_value = tr_value_items(items, 4);
    return 0;
}

/* What stands in for a missing one: the empty collection, and the origin. */
static const char empty_geometry[4 + 9] = {0, 0, 0, 0, 1, 7};
static const char empty_point[4 + POINT_SIZE] = {0, 0, 0, 0, 1, 1};

int tr_mysql_refine_geometry(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    static const struct tr_schema wkb = {.type = TR_TYPE_BYTES},
                                  srid = {.type = TR_TYPE_INT32, .optional = true};
    static const struct tr_field fields[] = {{"wkb", &wkb}, {"srid", &srid}};

    mapping->schema->doc = "Geometry";
    mapping->schema->fields = fields;
    mapping->schema->nfields = TR_COUNT(fields);
    mapping->convert = convert_geometry;
    return convert_geometry(NULL, (struct tr_slice){empty_geometry, sizeof empty_geometry},
                            mapping->arena, &mapping->zero, diag);
}

int tr_mysql_refine_point(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    static const struct tr_schema number = {.type = TR_TYPE_FLOAT64},
                                  wkb = {.type = TR_TYPE_BYTES, .optional = true},
                                  srid = {.type = TR_TYPE_INT32, .optional = true};
    static const struct tr_field fields[] = {
        {"x", &number}, {"y", &number}, {"wkb", &wkb}, {"srid", &srid}};

    mapping->schema->doc = "Geometry (POINT)";
    mapping->schema->fields = fields;
    mapping->schema->nfields = TR_COUNT(fields);
    mapping->convert = convert_point;
    return convert_point(NULL, (struct tr_slice){empty_point, sizeof empty_point}, mapping->arena,
                         &mapping->zero, diag);
}

/* ---- VECTOR ---------------------------------------------------------------------------------- */

static int convert_vector(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    size_t n = bytes.n / 4;
    struct tr_value *items = tr_arena_alloc(scratch, n * sizeof *items);

    (void)column;
    if (bytes.n % 4)
        return tr_mysql_bad_cell(diag, "VECTOR", bytes);
    if (!items)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)tr_mysql_le((struct tr_slice){bytes.p + 4 * i, 4});
        items[i].kind = TR_FLOAT;
        memcpy(&items[i].float32, &bits, sizeof bits);
    }
    *ret_value = tr_value_items(items, n);
    return 0;
}

int tr_mysql_refine_vector(struct tr_mysql_mapping *mapping, struct tr_diag *diag)
{
    static const struct tr_schema item = {.type = TR_TYPE_FLOAT32};

    (void)diag;
    mapping->schema->items = &item;
    mapping->convert = convert_vector;
    mapping->zero = tr_value_items(NULL, 0);
    return 0;
}
