/* The functions that stand in the plan where a column is cut, masked or hashed. */
#include "base/writer.h"
#include "capture/columns/impl.h"
#include "capture/names/utf16.h"

/* The state of a column that has a rule. */
struct masked {
    struct tr_plan_column inner; /* as the type map made it */
    const struct tr_column_rule *rule;
    const EVP_MD *md;
    size_t length;         /* characters of the result; SIZE_MAX: no limit */
    struct tr_value fixed; /* column.mask.with.N.chars */
};

/* ---- cutting --------------------------------------------------------------------------------- */

/* Java counts UTF-16 units; a pair is never torn apart here. */
static size_t bytes_of_units(struct tr_slice text, size_t units)
{
    struct tr_utf16 reading = {text, 0};
    size_t end = 0;
    uint16_t unit;

    if (text.n <= units)
        return text.n;
    for (size_t i = 0; i < units && tr_utf16_next(&reading, &unit); i++)
        if (!reading.low)
            end = text.n - reading.rest.n;
    return end;
}

static void cut(struct tr_value *value, const struct tr_schema *schema, size_t length)
{
    if (value->kind == TR_TEXT)
        value->bytes.n = bytes_of_units(value->bytes, length);
    else if (value->kind == TR_BYTES && !schema->name) /* not a Decimal, not Bits */
        value->bytes.n = TR_MIN(value->bytes.n, length);
}

/* ---- hashing --------------------------------------------------------------------------------- */

static void put_unit(struct tr_writer *writer, uint16_t unit)
{
    if (unit && unit < 0x80) {
        tr_writer_char(writer, (char)unit);
        return;
    }
    if (unit < 0x800) {
        tr_writer_char(writer, (char)(0xc0 | unit >> 6));
    } else {
        tr_writer_char(writer, (char)(0xe0 | unit >> 12));
        tr_writer_char(writer, (char)(0x80 | (unit >> 6 & 0x3f)));
    }
    tr_writer_char(writer, (char)(0x80 | (unit & 0x3f)));
}

/* The bytes of java.io.ObjectOutputStream.writeObject(String): a header, then the length and the
 * text in modified UTF-8 (NUL as two bytes, each half of a pair as three). */
static void put_serialized(struct tr_writer *writer, struct tr_slice text)
{
    static const char header[] = "\xac\xed\x00\x05";
    struct tr_utf16 reading = {text, 0};
    uint64_t length = 0;
    uint16_t unit;

    while (tr_utf16_next(&reading, &unit))
        length += unit && unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    tr_writer_put(writer, header, 4);
    bool is_long = length > UINT16_MAX;
    tr_writer_char(writer, is_long ? 0x7c : 0x74);
    for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8)
        tr_writer_char(writer, (char)(length >> shift));
    reading = (struct tr_utf16){text, 0};
    while (tr_utf16_next(&reading, &unit))
        put_unit(writer, unit);
}

static int hash(const struct masked *masked, struct tr_arena *scratch, struct tr_value *value,
                struct tr_diag *diag)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n;
    struct tr_writer writer;
    struct tr_slice hashed;

    tr_writer_begin(&writer, scratch);
    tr_writer_text(&writer, masked->rule->salt);
    if (masked->rule->action == TR_COLUMN_HASH_V2)
        tr_writer_slice(&writer, value->bytes);
    else
        put_serialized(&writer, value->bytes);
    if (tr_writer_end(&writer, &hashed) < 0)
        return tr_fail_memory(diag);
    char *text = tr_arena_alloc(scratch, 2 * (size_t)EVP_MAX_MD_SIZE);
    if (!text || !EVP_Digest(hashed.p, hashed.n, digest, &n, masked->md, NULL))
        return tr_fail_memory(diag);
    for (unsigned i = 0; i < n; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    *value = tr_value_text((struct tr_slice){text, TR_MIN(2 * (size_t)n, masked->length)});
    return 0;
}

/* ---- in the plan ----------------------------------------------------------------------------- */

/* What the rule makes of a converted value. */
static int change(const struct masked *masked, struct tr_arena *scratch, struct tr_value *value,
                  struct tr_diag *diag)
{
    switch (masked->rule->action) {
    case TR_COLUMN_TRUNCATE:
        cut(value, masked->inner.schema, masked->length);
        return 0;
    case TR_COLUMN_MASK:
        *value = masked->fixed;
        return 0;
    case TR_COLUMN_HASH:
    case TR_COLUMN_HASH_V2:
        return value->kind == TR_TEXT ? hash(masked, scratch, value, diag) : 0;
    }
    return 0;
}

static int convert_fixed(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)bytes;
    (void)scratch;
    (void)diag;
    *ret_value = ((const struct masked *)column->state)->fixed;
    return 0;
}

static int convert_cut(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct masked *masked = column->state;
    int rc = masked->inner.convert(&masked->inner, bytes, scratch, ret_value, diag);

    if (rc == 0)
        cut(ret_value, masked->inner.schema, masked->length);
    return rc;
}

static int convert_hash(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct masked *masked = column->state;
    int rc = masked->inner.convert(&masked->inner, bytes, scratch, ret_value, diag);

    if (rc < 0 && diag->cls == TR_DATA) /* the message shows the value */
        return tr_fail(diag, TR_DATA, diag->reaction,
                       "a value doesn't convert, and isn't shown since column.mask.hash.* hides "
                       "the column; look for it in the database, or exclude the column "
                       "(column.exclude.list)");
    return rc ? rc : change(masked, scratch, ret_value, diag);
}

static tr_convert_fn *converter(enum tr_column_action action)
{
    switch (action) {
    case TR_COLUMN_TRUNCATE:
        return convert_cut;
    case TR_COLUMN_MASK:
        return convert_fixed;
    case TR_COLUMN_HASH:
    case TR_COLUMN_HASH_V2:
        break;
    }
    return convert_hash;
}

bool tr_mask_concerns(const struct tr_column_rule *rule, const struct tr_column_facts *facts)
{
    if (rule->action == TR_COLUMN_TRUNCATE)
        return facts->length < 0 || facts->length > rule->length;
    return facts->text;
}

/* A schema parameter says that there is a mask, even where Debezium's does nothing. */
static int mark(const struct tr_mask *mask, const struct tr_column_place *place,
                struct tr_plan_column *column, struct tr_diag *diag)
{
    struct tr_schema_parameter parameter = {"masked", "true"};

    if (mask->rule->action == TR_COLUMN_TRUNCATE) {
        if (!tr_mask_concerns(mask->rule, mask->facts))
            return 0;
        parameter.key = "truncateLength";
        parameter.value = tr_arena_printf(place->arena, "%d", (int)mask->rule->length);
        if (!parameter.value)
            return tr_fail_memory(diag);
    }
    return tr_column_parameters(column, &parameter, 1, place->arena, diag);
}

static int make(const struct tr_mask *mask, struct tr_arena *arena, struct masked *masked,
                struct tr_diag *diag)
{
    const struct tr_column_rule *rule = mask->rule;
    size_t n = (size_t)rule->length;

    masked->rule = rule;
    masked->md = mask->md;
    if (rule->algorithm) {
        masked->length = mask->facts->length > 0 ? (size_t)mask->facts->length : SIZE_MAX;
        return 0;
    }
    masked->length = n;
    char *stars = tr_arena_alloc(arena, n + 1);
    if (!stars)
        return tr_fail_memory(diag);
    memset(stars, '*', n);
    masked->fixed = tr_value_text((struct tr_slice){stars, n});
    return 0;
}

int tr_mask_apply(const struct tr_mask *mask, const struct tr_column_place *place,
                  struct tr_plan_column *column, struct tr_diag *diag)
{
    struct masked *masked = tr_arena_zalloc(place->arena, 1, sizeof *masked);

    if (!masked)
        return tr_fail_memory(diag);
    if (!place->key && mark(mask, place, column, diag) < 0)
        return -1;
    if (!tr_mask_concerns(mask->rule, mask->facts))
        return 0;
    if (mask->rule->action != TR_COLUMN_TRUNCATE && column->schema->type != TR_TYPE_STRING)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "column.mask.* hides only what becomes text in Kafka, which this column "
                       "doesn't; change its converter, or exclude it (column.exclude.list)");
    masked->inner = *column;
    if (make(mask, place->arena, masked, diag) < 0)
        return -1;
    column->convert = converter(mask->rule->action);
    column->state = masked;
    if (change(masked, place->arena, &column->filler, diag) < 0 ||
        change(masked, place->arena, &column->unavailable, diag) < 0)
        return -1;
    return 0;
}
