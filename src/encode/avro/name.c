/* Names: Avro allows letters, digits and "_", no digit first. */
#include <stdio.h>
#include <string.h>

#include "encode/avro/avro.h"

#define NAMESPACE    "io.confluent.connect.avro"
#define DEFAULT_NAME "ConnectDefault"

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Of one part, without dots. Java lets other scripts' letters pass, too; which are letters is left
 * to the registry. */
static bool is_valid(const char *name)
{
    if (!*name || is_digit(*name))
        return false;
    for (; *name; name++)
        if (!is_plain(*name) && !((unsigned char)*name & 0x80))
            return false;
    return true;
}

static bool is_scrubbed(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_plain(p[i]))
            return false;
    return n == 0 || !is_digit(*p);
}

/* What java.net.URLEncoder would escape becomes _XX, what it lets pass "_", a first digit gets an x
 * before it. */
static void scrub_part(const char *p, size_t n, struct tr_writer *writer)
{
    if (is_scrubbed(p, n)) {
        tr_writer_put(writer, p, n);
        return;
    }
    if (is_digit(*p))
        tr_writer_char(writer, 'x');
    for (size_t i = 0; i < n; i++) {
        if (is_plain(p[i]))
            tr_writer_char(writer, p[i]);
        else if (strchr("-*+ .", p[i]))
            tr_writer_text(writer, p[i] == '+' ? "_2B" : "_");
        else
            tr_writer_printf(writer, "_%02X", (unsigned char)p[i]);
    }
}

static int scrub(const char *full, bool parts, struct tr_arena *arena, char **ret_text,
                 struct tr_diag *diag)
{
    struct tr_writer writer;
    struct tr_slice text;

    tr_writer_begin(&writer, arena);
    for (const char *p = full;;) {
        size_t n = parts ? strcspn(p, ".") : strlen(p);
        scrub_part(p, n, &writer);
        p += n;
        if (!*p)
            break;
        tr_writer_char(&writer, *p++);
    }
    tr_writer_char(&writer, '\0');
    if (tr_writer_end(&writer, &text) < 0)
        return tr_fail_memory(diag);
    *ret_text = (char *)text.p;
    return 0;
}

static int copy(const char *full, struct tr_arena *arena, char **ret_text, struct tr_diag *diag)
{
    *ret_text = tr_arena_strdup(arena, tr_slice_of(full));
    return *ret_text ? 0 : tr_fail_memory(diag);
}

static int refuse(const char *what, const char *name, const char *cure, struct tr_diag *diag)
{
    return tr_fail(diag, TR_SCHEMA, TR_STOP,
                   "Avro doesn't allow the %s name \"%s\": set %s=avro, or "
                   "scrub.invalid.names=true of the converter",
                   what, name, cure);
}

int tr_avro_field_name(const char *name, const struct tr_avro_options *options,
                       struct tr_arena *arena, const char **ret_name, struct tr_diag *diag)
{
    char *text;
    int rc = options->scrub_names ? scrub(name, false, arena, &text, diag)
                                  : copy(name, arena, &text, diag);

    if (rc < 0)
        return -1;
    if (!is_valid(text))
        return refuse("field", text, "field.name.adjustment.mode", diag);
    *ret_name = text;
    return 0;
}

int tr_avro_default_name(unsigned index, struct tr_arena *arena, struct tr_avro_name *ret_name,
                         struct tr_diag *diag)
{
    char number[16] = "";

    if (index > 1)
        snprintf(number, sizeof number, "%u", index);
    const char *full = tr_arena_printf(arena, NAMESPACE "." DEFAULT_NAME "%s", number);
    if (!full)
        return tr_fail_memory(diag);
    *ret_name = (struct tr_avro_name){NAMESPACE, full + sizeof NAMESPACE, full};
    return 0;
}

int tr_avro_name(const char *full, const struct tr_avro_options *options, struct tr_arena *arena,
                 struct tr_avro_name *ret_name, struct tr_diag *diag)
{
    char *text, *space;
    int rc = options->scrub_names ? scrub(full, true, arena, &text, diag)
                                  : copy(full, arena, &text, diag);

    if (rc < 0)
        return -1;
    size_t n = strlen(text); /* Java's split drops empty parts at the end */
    while (n && text[n - 1] == '.')
        text[--n] = '\0';
    char *dot = strrchr(text, '.');
    *ret_name = (struct tr_avro_name){NULL, dot ? dot + 1 : text, text};
    if (!is_valid(ret_name->name))
        return refuse("schema", ret_name->name, "schema.name.adjustment.mode", diag);
    if (!dot)
        return 0;
    space = tr_arena_strdup(arena, (struct tr_slice){text, (size_t)(dot - text)});
    ret_name->space = space;
    return space ? 0 : tr_fail_memory(diag);
}
