#include "capture/names/naming.h"

#include <stdlib.h>

#include "base/writer.h"
#include "capture/names/utf16.h"
#include "transform/regex.h"

struct tr_naming {
    const struct tr_capture_options *options;
    struct tr_regex *topic, *key; /* NULL: nothing to replace */
};

static int compile(const char *regex, const char *option, struct tr_regex **ret_regex,
                   struct tr_diag *diag)
{
    return regex && *regex ? tr_regex_new(regex, option, ret_regex, diag) : 0;
}

int tr_naming_new(const struct tr_capture_options *options, struct tr_naming **ret_naming,
                  struct tr_diag *diag)
{
    struct tr_naming *naming = calloc(1, sizeof *naming);
    const struct tr_naming_options *how = &options->naming;

    if (!naming)
        return tr_fail_memory(diag);
    naming->options = options;
    if (how->strategy & TR_TOPIC_REGEX &&
        (compile(how->regex, "topic.regex", &naming->topic, diag) < 0 ||
         compile(how->key_regex, "topic.key.field.regex", &naming->key, diag) < 0)) {
        tr_naming_free(naming);
        return -1;
    }
    *ret_naming = naming;
    return 0;
}

void tr_naming_free(struct tr_naming *naming)
{
    if (!naming)
        return;
    tr_regex_free(naming->topic);
    tr_regex_free(naming->key);
    free(naming);
}

/* Blank parts are left out. */
static void put_part(struct tr_writer *writer, const char *delimiter, const char *part)
{
    if (part[strspn(part, " \t\r\n\f\v")] == '\0')
        return;
    if (writer->p > writer->start)
        tr_writer_text(writer, delimiter);
    tr_writer_text(writer, part);
}

static int origin(const struct tr_naming *naming, const struct tr_table *table,
                  struct tr_arena *arena, struct tr_slice *ret_name, struct tr_diag *diag)
{
    const struct tr_capture_options *options = naming->options;
    struct tr_writer writer;

    tr_writer_begin(&writer, arena);
    put_part(&writer, options->topic_delimiter, options->topic_prefix);
    if (!(options->naming.strategy & TR_TOPIC_UNQUALIFIED))
        put_part(&writer, options->topic_delimiter, table->schema);
    put_part(&writer, options->topic_delimiter, table->name);
    return tr_writer_end(&writer, ret_name) < 0 ? tr_fail_memory(diag) : 0;
}

static bool legal(uint16_t c, bool unicode)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || (c == '_' && !unicode);
}

static int sanitize(struct tr_slice name, bool unicode, struct tr_arena *arena,
                    struct tr_slice *ret_name)
{
    struct tr_utf16 text = {name, 0};
    struct tr_writer writer;
    uint16_t unit;

    tr_writer_begin(&writer, arena);
    while (tr_utf16_next(&text, &unit)) {
        if (legal(unit, unicode))
            tr_writer_char(&writer, (char)unit);
        else if (unicode)
            tr_writer_printf(&writer, unit > 0xff ? "_u%x" : "_u00%x", (unsigned)unit);
        else
            tr_writer_char(&writer, '_');
    }
    tr_writer_char(&writer, '\0');
    if (tr_writer_end(&writer, ret_name) < 0)
        return -1;
    ret_name->n--;
    return 0;
}

/* regex NULL: the text itself. */
static int replace(const struct tr_regex *regex, const char *replacement, struct tr_arena *arena,
                   struct tr_slice *text, struct tr_diag *diag)
{
    const struct tr_regex_replacing replacing = {.regex = regex, .replacement = replacement};
    struct tr_slice replaced;
    int rc = regex ? tr_regex_matches(regex, *text, diag) : 0;

    if (rc <= 0)
        return rc;
    if (tr_regex_replace(&replacing, *text, arena, &replaced, diag) < 0)
        return -1;
    *text = replaced;
    return 0;
}

int tr_naming_topic(const struct tr_naming *naming, const struct tr_table *table,
                    struct tr_arena *arena, struct tr_slice *ret_name, struct tr_diag *diag)
{
    const struct tr_naming_options *how = &naming->options->naming;
    struct tr_slice name, topic;

    if (origin(naming, table, arena, &name, diag) < 0)
        return -1;
    if (sanitize(name, how->strategy & TR_TOPIC_UNICODE, arena, &name) < 0)
        return tr_fail_memory(diag);
    topic = name;
    if (replace(naming->topic, how->replacement, arena, &topic, diag) < 0)
        return tr_fail_in(diag, "topic.replacement");
    *ret_name = topic.n ? topic : name;
    return 0;
}

int tr_naming_key_field(const struct tr_naming *naming, const struct tr_table *table,
                        struct tr_arena *arena, struct tr_naming_field *ret_field,
                        struct tr_diag *diag)
{
    const struct tr_naming_options *how = &naming->options->naming;

    *ret_field = (struct tr_naming_field){0};
    if (!(how->strategy & TR_TOPIC_REGEX) || !how->key_unique)
        return 0;
    if (origin(naming, table, arena, &ret_field->value, diag) < 0)
        return -1;
    if (replace(naming->key, how->key_replacement, arena, &ret_field->value, diag) < 0)
        return tr_fail_in(diag, "topic.key.field.replacement");
    ret_field->name = how->key_field;
    return 0;
}
