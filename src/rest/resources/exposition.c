#include "rest/resources/exposition.h"

#include <inttypes.h>
#include <stdio.h>

void tr_expose_family(struct tr_writer *writer, const struct tr_family *family)
{
    static const char *const types[] = {"gauge", "counter", "histogram"};

    tr_writer_printf(writer, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help,
                     family->name, types[family->type]);
}

static void put_value(struct tr_writer *writer, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            tr_writer_literal(writer, "\\n");
        else if (*text == '"' || *text == '\\')
            tr_writer_printf(writer, "\\%c", *text);
        else
            tr_writer_char(writer, *text);
    }
}

static void put_label(struct tr_writer *writer, const char *name, const char *value, bool first)
{
    tr_writer_printf(writer, "%s%s=\"", first ? "{" : ",", name);
    put_value(writer, value);
    tr_writer_char(writer, '"');
}

/* bound NULL: no bucket. */
static void put_name(struct tr_writer *writer, const char *name, const char *const *labels,
                     const char *bound)
{
    bool first = true;

    tr_writer_text(writer, name);
    for (; *labels; labels += 2, first = false)
        put_label(writer, labels[0], labels[1], first);
    if (bound)
        put_label(writer, "le", bound, first);
    if (bound || !first)
        tr_writer_char(writer, '}');
    tr_writer_char(writer, ' ');
}

/* A decimal fraction without rounding and without trailing zeros. */
static void print_number(char text[48], int64_t value, int64_t divisor)
{
    if (!divisor || value % divisor == 0)
        snprintf(text, 48, "%" PRId64, divisor ? value / divisor : value);
    else
        snprintf(text, 48, "%.12g", (double)value / (double)divisor);
}

void tr_expose_sample(struct tr_writer *writer, const struct tr_family *family, int64_t value,
                      const char *const *labels)
{
    char text[48];

    put_name(writer, family->name, labels, NULL);
    print_number(text, value, family->divisor);
    tr_writer_text(writer, text);
    tr_writer_char(writer, '\n');
}

void tr_expose_histogram(struct tr_writer *writer, const struct tr_family *family,
                         const struct tr_histogram *histogram, const char *const *labels)
{
    char name[128], bound[48];
    uint64_t count = 0;

    snprintf(name, sizeof name, "%s_bucket", family->name);
    for (size_t i = 0; i <= histogram->bounds->count; i++) {
        count += histogram->counts[i];
        if (i < histogram->bounds->count)
            print_number(bound, (int64_t)histogram->bounds->upper[i], family->divisor);
        else
            snprintf(bound, sizeof bound, "+Inf");
        put_name(writer, name, labels, bound);
        tr_writer_printf(writer, "%" PRIu64 "\n", count);
    }
    snprintf(name, sizeof name, "%s_sum", family->name);
    put_name(writer, name, labels, NULL);
    print_number(bound, (int64_t)histogram->sum, family->divisor);
    tr_writer_printf(writer, "%s\n", bound);
    snprintf(name, sizeof name, "%s_count", family->name);
    put_name(writer, name, labels, NULL);
    tr_writer_printf(writer, "%" PRIu64 "\n", count);
}
