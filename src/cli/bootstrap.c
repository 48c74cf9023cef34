/* bootstrap: the same as run, with the snapshot's progress shown and, if asked, an end. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/daemon.h"

#define BAR_WIDTH 28

/* How often the bar is drawn, and how often a line is due where there is no terminal. */
#define BAR_MS  200
#define LINE_US 5000000

struct shown {
    struct shown *next;
    const char *name;
    int64_t since_us; /* begin of the snapshot */
    int64_t line_us;  /* when the last line was printed */
    size_t tables_done;
    bool begun, streaming;
};

struct view {
    bool terminal;
    bool until_streaming;
    struct shown *shown; /* one for each connector */
    struct tr_arena arena;
    struct tr_arena scratch;
};

static double seconds_since(int64_t us)
{
    return (double)(tr_clock_monotonic_us() - us) / 1e6;
}

/* "1h02m", "3m05s", "12s" */
static void format_duration(char text[16], double seconds)
{
    unsigned s = (unsigned)TR_MIN(seconds, 3599999.0);

    if (s >= 3600)
        snprintf(text, 16, "%uh%02um", s / 3600, s / 60 % 60);
    else if (s >= 60)
        snprintf(text, 16, "%um%02us", s / 60, s % 60);
    else
        snprintf(text, 16, "%us", s);
}

static void format_counts(char *text, size_t size, const struct tr_connector_status *status,
                          int64_t since_us)
{
    double seconds = seconds_since(since_us);
    double rate = seconds > 0 ? (double)status->rows / seconds : 0;
    char remaining[16] = "?";

    if (rate > 0 && status->rows_estimated > status->rows)
        format_duration(remaining, (double)(status->rows_estimated - status->rows) / rate);
    else if (status->rows_estimated)
        format_duration(remaining, 0);
    snprintf(text, size, "%zu/%zu tables, %" PRIu64 " rows, %.0f rows/s, %s remaining",
             status->tables_done, status->tables, status->rows, rate, remaining);
}

static void draw_bar(const char *name, const struct tr_connector_status *status, const char *counts)
{
    char bar[BAR_WIDTH + 1];
    uint64_t whole = TR_MAX(status->rows_estimated, status->rows);
    size_t full = whole ? (size_t)(BAR_WIDTH * status->rows / whole) : 0;

    memset(bar, ' ', BAR_WIDTH);
    memset(bar, '#', full);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %s", name, bar, counts);
}

static void show_snapshot(const struct view *view, const char *name, struct shown *shown,
                          const struct tr_connector_status *status)
{
    char counts[160];

    if (!shown->begun) {
        shown->begun = true;
        shown->since_us = shown->line_us = tr_clock_monotonic_us();
    }
    format_counts(counts, sizeof counts, status, shown->since_us);
    if (view->terminal) {
        draw_bar(name, status, counts);
    } else if (status->tables_done != shown->tables_done ||
               tr_clock_monotonic_us() - shown->line_us >= LINE_US) {
        shown->tables_done = status->tables_done;
        shown->line_us = tr_clock_monotonic_us();
        fprintf(stderr, "%s: %s\n", name, counts);
    }
}

static void show_streaming(const struct view *view, const char *name, struct shown *shown,
                           const struct tr_connector_status *status)
{
    if (shown->streaming)
        return;
    shown->streaming = true;
    if (shown->begun) {
        char took[16];
        format_duration(took, seconds_since(shown->since_us));
        fprintf(stderr, "%s%s: snapshot of %zu tables, %" PRIu64 " rows, took %s\n",
                view->terminal ? "\r\033[K" : "", name, status->tables, status->rows, took);
    }
    fprintf(stderr, "%s: streaming\n", name);
}

/* NULL without memory. */
static struct shown *shown_of(struct view *view, const char *name)
{
    struct shown **at = &view->shown;

    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    if (!*at && (*at = tr_arena_zalloc(&view->arena, 1, sizeof **at)))
        (*at)->name = tr_arena_strdup(&view->arena, tr_slice_of(name));
    return *at && (*at)->name ? *at : NULL;
}

/* True: there is nothing more to wait for. */
static bool show(struct view *view, struct tr_worker *worker, const char *name)
{
    struct tr_worker_status status;
    struct tr_diag diag;
    struct shown *shown = shown_of(view, name);

    if (!shown || tr_worker_status(worker, name, &view->scratch, &status, &diag) != 0)
        return true;
    const struct tr_connector_status *engine = &status.engine;
    if (engine->phase == TR_PHASE_SNAPSHOT)
        show_snapshot(view, name, shown, engine);
    else if (engine->phase == TR_PHASE_STREAMING || engine->phase == TR_PHASE_CAUGHT_UP)
        show_streaming(view, name, shown, engine);
    return engine->up_to_date || tr_connector_ended(engine->state) || status.trace ||
           status.info.target != TR_TARGET_RUNNING;
}

static bool look(void *context, struct tr_worker *worker)
{
    struct view *view = context;
    struct tr_list names = {0};
    struct tr_diag diag;
    size_t ready = 0;

    tr_arena_reset(&view->scratch);
    if (tr_worker_names(worker, &view->scratch, &names, &diag) < 0)
        return false;
    for (size_t i = 0; i < names.count; i++)
        ready += show(view, worker, names.items[i]);
    return view->until_streaming && ready == names.count;
}

int tr_command_bootstrap(const struct tr_command *command)
{
    struct view view = {
        .terminal = isatty(STDERR_FILENO),
        .until_streaming = command->until_streaming,
    };
    const struct tr_daemon_watcher watcher = {look, &view, view.terminal ? BAR_MS : LINE_US / 1000};

    tr_arena_init(&view.arena, 4096, 16 << 20);
    tr_arena_init(&view.scratch, 16384, 64 << 20);
    int status = tr_daemon_main(command, &watcher);
    tr_arena_finish(&view.scratch);
    tr_arena_finish(&view.arena);
    return status;
}
