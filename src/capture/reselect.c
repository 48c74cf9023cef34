#include "capture/reselect.h"

#include <stdlib.h>

#include "base/clock.h"
#include "capture/capture-impl.h"

/* Between two warnings in the log. */
#define WARN_US 10000000

struct tr_reselect_rules {
    size_t count;
    struct rule {
        const struct tr_reselect_options *options;
        struct tr_filter *filter; /* on schema.table:column */
    } items[];
};

/* A rule for one table. */
struct tr_reselect_plan {
    const struct tr_reselect_options *options;
    const unsigned *columns; /* that it may read, as places in the plan */
    size_t ncolumns;
    const unsigned *key; /* in the table */
    size_t nkey;
    const struct tr_reselect_plan *next;
};

int tr_reselect_rules_new(const struct tr_capture_options *options,
                          struct tr_reselect_rules **ret_rules, struct tr_diag *diag)
{
    size_t n = options->nreselects;
    struct tr_reselect_rules *rules;

    *ret_rules = NULL;
    if (!n)
        return 0;
    rules = calloc(1, sizeof *rules + n * sizeof rules->items[0]);
    if (!rules)
        return tr_fail_memory(diag);
    rules->count = n;
    for (size_t i = 0; i < n; i++) {
        const struct tr_reselect_options *rule = &options->reselects[i];
        rules->items[i].options = rule;
        if (tr_filter_new((struct tr_filter_list){&rule->include, "reselect.columns.include.list"},
                          (struct tr_filter_list){&rule->exclude, "reselect.columns.exclude.list"},
                          &rules->items[i].filter, diag) < 0) {
            tr_reselect_rules_free(rules);
            return -1;
        }
    }
    *ret_rules = rules;
    return 0;
}

void tr_reselect_rules_free(struct tr_reselect_rules *rules)
{
    if (!rules)
        return;
    for (size_t i = 0; i < rules->count; i++)
        tr_filter_free(rules->items[i].filter);
    free(rules);
}

/* ---- a table --------------------------------------------------------------------------------- */

static bool is_signal_table(const struct tr_capture_table *table)
{
    const char *signals = table->capture->signal_table;

    return signals && strcmp(signals, table->collection.name) == 0;
}

static int choose_columns(struct tr_capture_table *table, const struct rule *rule,
                          struct tr_reselect_plan *plan, struct tr_diag *diag)
{
    const struct tr_plan *columns = &table->plan;
    unsigned *chosen = tr_arena_zalloc(&table->arena, columns->ncolumns, sizeof *chosen);

    if (!chosen)
        return tr_fail_memory(diag);
    plan->columns = chosen;
    for (size_t i = 0; i < columns->ncolumns; i++) {
        const char *name = tr_arena_printf(&table->arena, "%s:%s", table->collection.name,
                                           columns->columns[i].column->name);
        if (!name)
            return tr_fail_memory(diag);
        if (tr_filter_allows(rule->filter, name))
            chosen[plan->ncolumns++] = (unsigned)i;
    }
    return 0;
}

static int choose_key(struct tr_capture_table *table, struct tr_reselect_plan *plan,
                      struct tr_diag *diag)
{
    const struct tr_plan *columns = &table->plan;
    unsigned *key = tr_arena_zalloc(&table->arena, columns->nkey_columns, sizeof *key);

    if (!key)
        return tr_fail_memory(diag);
    plan->key = table->table->key;
    plan->nkey = table->table->nkey;
    if (!plan->options->event_key)
        return 0;
    for (size_t i = 0; i < columns->nkey_columns; i++)
        key[i] = columns->key[i].place;
    plan->key = key;
    plan->nkey = columns->nkey_columns;
    return 0;
}

int tr_reselect_compile(struct tr_capture_table *table, struct tr_diag *diag)
{
    const struct tr_reselect_rules *rules = table->capture->reselect;
    const struct tr_reselect_plan **end = &table->reselect;

    if (!rules || !table->plan.nkey || is_signal_table(table))
        return 0;
    for (size_t i = 0; i < rules->count; i++) {
        struct tr_reselect_plan *plan = tr_arena_zalloc(&table->arena, 1, sizeof *plan);
        if (!plan)
            return tr_fail_memory(diag);
        plan->options = rules->items[i].options;
        if (choose_columns(table, &rules->items[i], plan, diag) < 0 ||
            choose_key(table, plan, diag) < 0)
            return -1;
        if (!plan->ncolumns)
            continue;
        *end = plan;
        end = &plan->next;
    }
    return 0;
}

/* ---- a row ----------------------------------------------------------------------------------- */

/* One that lacks something. */
struct reselecting {
    const struct tr_emission *emission;
    const struct tr_reselect_plan *plan;
    struct tr_value *values; /* of the plan's columns */
    unsigned *wanted;        /* places in the plan */
    size_t nwanted;
};

/* A cell of the new row; what it leaves out may stand in the old one. */
static const struct tr_cell *cell_at(const struct tr_change *change, unsigned place)
{
    const struct tr_cell *cell = &change->after[place];

    if (cell->kind == TR_CELL_UNCHANGED && change->before &&
        change->before[place].kind != TR_CELL_ABSENT)
        return &change->before[place];
    return cell;
}

static bool is_wanted(const struct reselecting *reselecting, unsigned at)
{
    const struct tr_emission *emission = reselecting->emission;
    const struct tr_reselect_options *options = reselecting->plan->options;
    const struct tr_plan_column *column = &emission->table->plan.columns[at];
    const struct tr_cell *cell = cell_at(emission->change, column->place);

    if (options->unavailable && (cell->kind == TR_CELL_UNCHANGED || cell->kind == TR_CELL_ABSENT))
        return true;
    /* where the schema has a default, Connect's structs show that in the place of null */
    return options->nulls && reselecting->values[at].kind == TR_NULL &&
           !column->schema->default_value;
}

/* >0: nothing is missing. */
static int find_wanted(struct reselecting *reselecting)
{
    const struct tr_reselect_plan *plan = reselecting->plan;
    size_t i = 0;

    while (i < plan->ncolumns && !is_wanted(reselecting, plan->columns[i]))
        i++;
    if (i == plan->ncolumns)
        return 1;
    reselecting->wanted = tr_arena_alloc(&reselecting->emission->capturer->scratch,
                                         plan->ncolumns * sizeof *reselecting->wanted);
    if (!reselecting->wanted)
        return tr_fail_memory(reselecting->emission->diag);
    for (; i < plan->ncolumns; i++)
        if (is_wanted(reselecting, plan->columns[i]))
            reselecting->wanted[reselecting->nwanted++] = plan->columns[i];
    return 0;
}

/* The values that find the row: >0: TR_RESELECT_NO_ROW, null finds none. */
static int find_key(const struct reselecting *reselecting, struct tr_reselect_query *query,
                    struct tr_diag *diag)
{
    const struct tr_emission *emission = reselecting->emission;
    const struct tr_reselect_plan *plan = reselecting->plan;
    struct tr_cell *cells = tr_arena_zalloc(&emission->capturer->scratch,
                                            emission->table->table->ncolumns, sizeof *cells);

    if (!cells)
        return tr_fail_memory(diag);
    if (!plan->nkey)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the table has no primary key that finds the row: name columns in "
                       "message.key.columns and set reselect.use.event.key=true, or leave the "
                       "table out with reselect.columns.exclude.list");
    for (size_t i = 0; i < plan->nkey; i++) {
        cells[plan->key[i]] = *cell_at(emission->change, plan->key[i]);
        if (cells[plan->key[i]].kind == TR_CELL_NULL)
            return TR_RESELECT_NO_ROW;
        if (cells[plan->key[i]].kind != TR_CELL_VALUE)
            return tr_fail(diag, TR_DATA, TR_STOP,
                           "the log has no value for column %s of the key that finds the row",
                           emission->table->table->columns[plan->key[i]].name);
    }
    query->cells = cells;
    query->key = plan->key;
    query->nkey = plan->nkey;
    return 0;
}

/* Through the plan, as the log's cells; all of them or, if one doesn't convert, none. */
static int convert_all(const struct reselecting *reselecting, const struct tr_cell *cells,
                       struct tr_diag *diag)
{
    const struct tr_plan_column *columns = reselecting->emission->table->plan.columns;
    struct tr_arena *scratch = &reselecting->emission->capturer->scratch;
    struct tr_value *made = tr_arena_zalloc(scratch, reselecting->nwanted, sizeof *made);

    if (!made)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < reselecting->nwanted; i++) {
        const struct tr_plan_column *column = &columns[reselecting->wanted[i]];
        int rc = 0;
        made[i] = column->filler;
        if (cells[i].kind == TR_CELL_VALUE)
            rc = column->convert(column, cells[i].bytes, scratch, &made[i], diag);
        if (rc < 0)
            return tr_fail_in(diag, "column %s", column->column->name);
        if (rc > 0)
            tr_emit_count_nulled(reselecting->emission, column->column);
    }
    for (size_t i = 0; i < reselecting->nwanted; i++)
        reselecting->values[reselecting->wanted[i]] = made[i];
    return 0;
}

/* The cells live until the next question; what is converted may point into them, and so may what
 * another rule has read before. */
static int keep(const struct reselecting *reselecting, struct tr_cell *cells, struct tr_diag *diag)
{
    for (size_t i = 0; i < reselecting->nwanted; i++) {
        struct tr_slice *bytes = &cells[i].bytes;
        if (cells[i].kind != TR_CELL_VALUE)
            continue;
        bytes->p = tr_arena_strdup(&reselecting->emission->capturer->scratch, *bytes);
        if (!bytes->p)
            return tr_fail_memory(diag);
    }
    return 0;
}

static int select_row(const struct reselecting *reselecting, struct tr_diag *diag)
{
    const struct tr_emission *emission = reselecting->emission;
    struct tr_arena *scratch = &emission->capturer->scratch;
    struct tr_reselector *reselector = emission->capturer->reselector;
    unsigned *places = tr_arena_alloc(scratch, reselecting->nwanted * sizeof *places);
    struct tr_cell *cells = tr_arena_zalloc(scratch, reselecting->nwanted, sizeof *cells);
    struct tr_reselect_query query = {
        .table = emission->table->table, .columns = places, .ncolumns = reselecting->nwanted};

    if (!places || !cells)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < reselecting->nwanted; i++)
        places[i] = emission->table->plan.columns[reselecting->wanted[i]].place;
    int rc = find_key(reselecting, &query, diag);
    if (!rc)
        rc = reselector->select(reselector, &query, cells, diag);
    if (!rc)
        rc = keep(reselecting, cells, diag);
    return rc ? rc : convert_all(reselecting, cells, diag);
}

/* A row that isn't found may be one of very many. */
static void warn(const struct reselecting *reselecting, const char *cause)
{
    struct tr_capturer *capturer = reselecting->emission->capturer;
    int64_t now = tr_clock_monotonic_us();

    capturer->unread.count++;
    if (!capturer->capture->log ||
        (capturer->unread.told_us && now - capturer->unread.told_us < WARN_US))
        return;
    tr_log_warn(capturer->capture->log,
                "columns could not be reselected: the records have what the log has",
                TR_LOG_STR("table", reselecting->emission->table->collection.name),
                TR_LOG_STR("cause", cause), TR_LOG_INT("rows", capturer->unread.count));
    capturer->unread.told_us = now;
    capturer->unread.count = 0;
}

static int judge(const struct reselecting *reselecting, int rc, const struct tr_diag *why)
{
    struct tr_diag *diag = reselecting->emission->diag;

    if (rc == TR_RESELECT_STOPPED || !rc)
        return rc;
    if (!reselecting->plan->options->fail) {
        warn(reselecting, rc < 0 ? why->message : "the row is not there any more");
        return 0;
    }
    if (rc < 0)
        *diag = *why;
    else
        tr_fail(diag, TR_DATA, TR_STOP,
                "the row is not there any more, or has another key: "
                "reselect.error.handling.mode=WARN goes on without its values");
    return tr_fail_in(diag, "post processor %s", reselecting->plan->options->alias);
}

int tr_reselect_apply(const struct tr_emission *emission, const struct tr_value *row)
{
    const struct tr_reselect_plan *plan = emission->table->reselect;

    for (; plan; plan = plan->next) {
        struct reselecting reselecting = {
            .emission = emission,
            .plan = plan,
            .values = (struct tr_value *)row->items, /* tr_plan_run made them in the scratch */
        };
        struct tr_diag why;
        int rc = find_wanted(&reselecting);
        if (rc < 0)
            return -1;
        if (rc > 0)
            continue;
        rc = judge(&reselecting, select_row(&reselecting, &why), &why);
        if (rc)
            return rc;
    }
    return 0;
}
