#include "capture/names/adjust.h"

#include "base/writer.h"
#include "capture/names/utf16.h"

struct rules {
    enum tr_adjustment mode;
    bool dots; /* may stand behind the first character */
};

static bool is_digit(uint16_t unit)
{
    return unit >= '0' && unit <= '9';
}

static bool fits(const struct rules *rules, uint16_t unit, bool first)
{
    if ((unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z'))
        return true;
    if (unit == '_') /* begins an escape, so that it has to be one itself */
        return rules->mode != TR_ADJUST_AVRO_UNICODE;
    return !first && (is_digit(unit) || (rules->dots && unit == '.'));
}

static void put_replacement(const struct rules *rules, struct tr_writer *writer, uint16_t unit)
{
    if (rules->mode ==
        TR_ADJUST_AVRO_UNICODE) /* as Java does: two digits become four, three stay */
        tr_writer_printf(writer, unit > 0xff ? "_u%x" : "_u00%x", (unsigned)unit);
    else
        tr_writer_char(writer, '_');
}

static const char *adjust(const struct rules *rules, const char *name, struct tr_arena *arena)
{
    struct tr_utf16 text = {tr_slice_of(name), 0};
    struct tr_writer writer;
    struct tr_slice adjusted;
    uint16_t unit;
    bool first = true;

    if (rules->mode == TR_ADJUST_NONE)
        return name;
    tr_writer_begin(&writer, arena);
    for (; tr_utf16_next(&text, &unit); first = false) {
        bool fine = fits(rules, unit, first);
        if (!fine)
            put_replacement(rules, &writer, unit);
        if (fine || (first && is_digit(unit) && rules->mode == TR_ADJUST_AVRO))
            tr_writer_char(&writer, (char)unit);
    }
    tr_writer_char(&writer, '\0');
    return tr_writer_end(&writer, &adjusted) < 0 ? NULL : adjusted.p;
}

const char *tr_adjust_schema_name(enum tr_adjustment mode, const char *name, struct tr_arena *arena)
{
    return adjust(&(struct rules){mode, true}, name, arena);
}

const char *tr_adjust_field_name(enum tr_adjustment mode, const char *name, struct tr_arena *arena)
{
    return adjust(&(struct rules){mode, false}, name, arena);
}
