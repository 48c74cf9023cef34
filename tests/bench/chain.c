/*
 * What transforms cost: CPU time per event from the decoded change to the encoded message, without
 * a chain, with ExtractNewRecordState, and with each simple transform behind it; all in one run,
 * turn by turn, the best turn of each.
 *
 *   ninja -C build tests/bench/bench-chain
 *   build/tests/bench/bench-chain [EVENTS [TRANSFORM]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture/capture.h"
#include "source/postgres/pg-type.h"
#include "source/postgres/types.h"

#define TURNS   7
#define PER     500 /* events of a batch */
#define OPTIONS 4

#define KAFKA    "org.apache.kafka.connect.transforms."
#define DEBEZIUM "io.debezium.transforms."

/* Behind "unwrap", unless its name is that or it has no class. */
static const struct subject {
    const char *name, *class;
    const char *options[2 * OPTIONS]; /* name, value, … */
} subjects[] = {
    {"none", NULL, {NULL}},
    {"unwrap", NULL, {NULL}},
    {"unwrap, add.fields", NULL, {"add.fields", "op,table,lsn"}},
    {"unwrap, rewrite", NULL, {"delete.tombstone.handling.mode", "rewrite"}},
    {"Cast", KAFKA "Cast$Value", {"spec", "quantity:int64,active:string"}},
    {"DropHeaders", KAFKA "DropHeaders", {"headers", "__debezium.context.taskId"}},
    {"ExtractField", KAFKA "ExtractField$Key", {"field", "id"}},
    {"Flatten", KAFKA "Flatten$Value", {NULL}},
    {"HeaderFrom",
     KAFKA "HeaderFrom$Value",
     {"fields", "status", "headers", "status", "operation", "copy"}},
    {"HoistField", KAFKA "HoistField$Value", {"field", "row"}},
    {"InsertField", KAFKA "InsertField$Value", {"static.field", "site", "static.value", "eu-1"}},
    {"InsertHeader", KAFKA "InsertHeader", {"header", "site", "value.literal", "eu-1"}},
    {"MaskField", KAFKA "MaskField$Value", {"fields", "email,note"}},
    {"RegexRouter", KAFKA "RegexRouter", {"regex", "p\\.public\\.(.*)", "replacement", "x.$1"}},
    {"ReplaceField", KAFKA "ReplaceField$Value", {"exclude", "note", "renames", "email:mail"}},
    {"SetSchemaMetadata",
     KAFKA "SetSchemaMetadata$Value",
     {"schema.name", "x", "schema.version", "2"}},
    {"TimestampConverter",
     KAFKA "TimestampConverter$Value",
     {"field", "id", "target.type", "Timestamp", "unix.precision", "microseconds"}},
    {"ValueToKey", KAFKA "ValueToKey", {"fields", "customer_id"}},
    {"HeaderToValue",
     DEBEZIUM "HeaderToValue",
     {"headers", "__debezium.context.taskId", "fields", "task", "operation", "copy"}},
    {"Filter, Lua", DEBEZIUM "Filter", {"language", "lua", "condition", "value.quantity >= 0"}},
};

static void fail(const char *text)
{
    fprintf(stderr, "bench-chain: %s\n", text);
    exit(1);
}

static const struct tr_pg_type *type_of(uint32_t oid, const char *name)
{
    struct tr_pg_type *type = calloc(1, sizeof *type);

    if (!type)
        fail("no memory");
    *type = (struct tr_pg_type){.oid = oid, .name = name, .kind = 'b', .category = 'X'};
    return type;
}

#define COLUMN(column, oid, type_text, nullable, mod, digits)                                      \
    {                                                                                              \
        .name = column, .type_name = type_text, .type = type_of(oid, type_text), .modifier = mod,  \
        .length = -1, .scale = digits, .optional = nullable                                        \
    }
#define CELL(text)                                                                                 \
    {                                                                                              \
        TR_CELL_VALUE,                                                                             \
        {                                                                                          \
            text, sizeof(text) - 1                                                                 \
        }                                                                                          \
    }

/* The table of workload.py. */
static struct tr_table make_table(void)
{
    static const unsigned key[] = {0};
    const struct tr_column columns[] = {
        COLUMN("id", 20, "int8", false, -1, -1),
        COLUMN("customer_id", 23, "int4", false, -1, -1),
        COLUMN("status", 25, "text", false, -1, -1),
        COLUMN("email", 1043, "varchar", false, 84, -1),
        COLUMN("amount", 1700, "numeric", false, (12 << 16 | 2) + 4, 2),
        COLUMN("quantity", 23, "int4", true, -1, -1),
        COLUMN("active", 16, "bool", false, -1, -1),
        COLUMN("created_at", 1114, "timestamp", false, -1, -1),
        COLUMN("updated_at", 1184, "timestamptz", true, -1, -1),
        COLUMN("note", 25, "text", true, -1, -1),
    };
    struct tr_column *copy = malloc(sizeof columns);

    if (!copy)
        fail("no memory");
    memcpy(copy, columns, sizeof columns);
    return (struct tr_table){.catalog = "db",
                             .schema = "public",
                             .name = "bench",
                             .columns = copy,
                             .ncolumns = TR_COUNT(columns),
                             .key = key,
                             .nkey = 1};
}

static const struct tr_cell row[] = {
    CELL("4711"),
    CELL("4711"),
    CELL("shipped"),
    CELL("customer4711@example.com"),
    CELL("47.11"),
    CELL("11"),
    CELL("t"),
    CELL("2024-01-01 01:18:31"),
    CELL("2024-05-06 07:08:09.123456+00"),
    CELL("A note of usual length that a customer left with order 4711, please ring twice."),
};

/* One chain's own capture. */
struct bench {
    struct tr_capture_options options;
    const char *aliases[2];
    struct tr_property properties[2 + OPTIONS];
    struct tr_pg_type_map types;
    struct tr_arena arena;
    struct tr_capture *capture;
    struct tr_capture_table *table;
    struct tr_capturer capturer;
    struct tr_batch *batch;
    double best_us;
};

static void add(struct bench *bench, const char *name, const char *value)
{
    struct tr_properties *properties = &bench->options.transforms.properties;
    char *whole;

    if (!name || asprintf(&whole, "transforms.%s", name) < 0)
        fail("no memory");
    bench->properties[properties->count++] = (struct tr_property){whole, value};
    properties->items = bench->properties;
}

static void configure(struct bench *bench, const struct subject *subject)
{
    struct tr_list *transforms = &bench->options.transforms.transforms;

    bench->options = (struct tr_capture_options){
        .topic_prefix = "p",
        .topic_delimiter = ".",
        .skipped_operations = "t",
        .tombstones_on_delete = true,
        .extended_headers = true,
        .unavailable_placeholder = "__debezium_unavailable_value",
        .money_fraction_digits = 2,
    };
    if (strcmp(subject->name, "none") == 0)
        return;
    transforms->items = bench->aliases;
    bench->aliases[transforms->count++] = "unwrap";
    add(bench, "unwrap.type", DEBEZIUM "ExtractNewRecordState");
    if (subject->class) {
        bench->aliases[transforms->count++] = "x";
        add(bench, "x.type", subject->class);
    }
    for (size_t i = 0; i < 2 * OPTIONS && subject->options[i]; i += 2) {
        char name[64];
        snprintf(name, sizeof name, "%s.%s", bench->aliases[transforms->count - 1],
                 subject->options[i]);
        add(bench, name, subject->options[i + 1]);
    }
}

static void make(struct bench *bench, const struct subject *subject, const struct tr_table *table)
{
    static const struct tr_schema lsn = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_field own[] = {{"schema", &text}, {"table", &text}, {"lsn", &lsn}};
    struct tr_diag diag;

    configure(bench, subject);
    tr_arena_init(&bench->arena, 4096, 1 << 20);
    tr_pg_type_map_init(&bench->types, &bench->options);
    const struct tr_capture_params params = {
        .options = &bench->options,
        .connector = "postgresql",
        .source_schema = tr_source_schema_new(&bench->arena, "Source", own, TR_COUNT(own)),
        .types = &bench->types.map,
    };
    bench->batch = tr_batch_new(448 << 10, 64 << 20);
    if (!bench->batch || tr_capture_new(&params, &bench->capture, &diag) < 0 ||
        tr_capture_table_new(bench->capture, table, &bench->table, &diag) < 0 ||
        tr_capturer_init(&bench->capturer, bench->capture, &diag) < 0)
        fail(bench->batch ? diag.message : "no memory");
    struct tr_value *source = bench->capturer.source;
    source[TR_SOURCE_SNAPSHOT] = tr_value_text(TR_SLICE("false"));
    source[TR_SOURCE_DB] = tr_value_text(TR_SLICE("db"));
    tr_source_set_time(source, 1714979289123456);
    source[TR_SOURCE_COMMON] = tr_value_text(TR_SLICE("public"));
    source[TR_SOURCE_COMMON + 1] = tr_value_text(TR_SLICE("bench"));
    source[TR_SOURCE_COMMON + 2] = tr_value_integer(123456789);
}

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void run(struct bench *bench, long events)
{
    const struct tr_change change = {.op = TR_OP_CREATE, .after = row, .identity = 1};
    struct tr_diag diag;
    double began = cpu_us();

    for (long i = 0; i < events; i++) {
        if (i % PER == 0)
            tr_batch_reset(bench->batch);
        if (tr_capture_change(&bench->capturer, bench->table, &change, bench->batch, &diag) < 0)
            fail(diag.message);
    }
    double us = (cpu_us() - began) / (double)events;
    if (bench->best_us == 0 || us < bench->best_us)
        bench->best_us = us;
}

static void finish(struct bench *bench)
{
    tr_batch_free(bench->batch);
    tr_capturer_finish(&bench->capturer);
    tr_capture_table_free(bench->table);
    tr_capture_free(bench->capture);
    tr_arena_finish(&bench->arena);
}

int main(int argc, char **argv)
{
    static struct bench benches[TR_COUNT(subjects)];
    long events = argc > 1 ? strtol(argv[1], NULL, 10) : 200000;
    struct tr_table table = make_table();

    for (size_t i = 0; i < TR_COUNT(subjects); i++)
        make(&benches[i], &subjects[i], &table);
    for (int turn = 0; turn < TURNS; turn++)
        for (size_t i = 0; i < TR_COUNT(subjects); i++)
            if (argc < 3 || i < 2 || strcmp(argv[2], subjects[i].name) == 0)
                run(&benches[i], events);
    printf("%-22s %8s  %s\n", "", "us/event", "more than none, or than unwrap behind which it is");
    for (size_t i = 0; i < TR_COUNT(subjects); i++) {
        if (benches[i].best_us > 0)
            printf("%-22s %8.3f  %+.3f\n", subjects[i].name, benches[i].best_us,
                   benches[i].best_us - benches[subjects[i].class ? 1 : 0].best_us);
        finish(&benches[i]);
    }
    return 0;
}
