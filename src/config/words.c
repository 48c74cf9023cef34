#include "config/words.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/buf.h"
#include "config/check-text.h"
#include "config/shown.h"

#define say(diag, ...) ((void)tr_fail((diag), TR_CONFIG, TR_STOP, __VA_ARGS__))

bool tr_words_are_debeziums(unsigned readers, const char *name)
{
    for (size_t i = 0; i < tr_shown_connect.count; i++)
        if (strcmp(tr_shown_connect.items[i].name, name) == 0)
            return false;
    return !(readers & ~TR_FOR_DATABASES);
}

static bool is_number(const char *text)
{
    char *end;

    text += strspn(text, " \t");
    (void)strtoll(text, &end, 10);
    return end != text && !end[strspn(end, " \t")];
}

static void put_choices(const struct tr_choice *choices, struct tr_buf *out)
{
    for (; choices->name; choices++)
        if (!choices->refusal)
            tr_buf_printf(out, "%s%s", out->len ? ", " : "", choices->name);
}

/* A known value that is refused has a reason of its own. */
static bool is_refused(const struct tr_option *option, const char *text)
{
    for (const struct tr_choice *choice = option->choices; choice && choice->name; choice++)
        if (strcasecmp(choice->name, text) == 0)
            return choice->refusal;
    return false;
}

static const char *debezium_number(const struct tr_option *option, bool wide)
{
    if (option->min < option->max && option->min == 1)
        return wide ? "A positive, non-zero long value is expected"
                    : "A positive, non-zero integer value is expected";
    if (option->min < option->max && option->min == 0)
        return wide ? "A non-negative long value is expected"
                    : "An non-negative integer is expected";
    return wide ? "A long value is expected" : "An integer is expected";
}

/* Our own reasons begin with what they say in "the value is …". */
static const char *without_lead(const char *why)
{
    static const char *const leads[] = {"refused: ", "not a regular expression: "};

    for (size_t i = 0; i < TR_COUNT(leads); i++)
        if (strncmp(why, leads[i], strlen(leads[i])) == 0)
            return why + strlen(leads[i]);
    return why;
}

static void debezium_reason(const struct tr_option *option, const char *value, const char *why,
                            struct tr_buf *out)
{
    if (option->choices && !is_refused(option, value)) {
        struct tr_buf names;
        tr_buf_init(&names, 1024);
        put_choices(option->choices, &names);
        tr_buf_printf(out, "Value must be one of %s", tr_buf_string(&names));
        tr_buf_finish(&names);
    } else if (option->type == TR_OPTION_BOOLEAN)
        tr_buf_text(out, "Either 'true' or 'false' is expected");
    else if (option->type == TR_OPTION_INT || option->type == TR_OPTION_LONG)
        tr_buf_text(out, is_number(value) || option->min >= option->max
                             ? debezium_number(option, option->type == TR_OPTION_LONG)
                         : option->type == TR_OPTION_LONG ? "A long value is expected"
                                                          : "An integer is expected");
    else if (option->check == tr_check_regex)
        tr_buf_printf(
            out, "A comma-separated list of valid regular expressions is expected, but %s", why);
    else if (option->check == tr_check_topic_text)
        tr_buf_printf(out,
                      "%s has invalid format (only the underscore, hyphen, dot and alphanumeric "
                      "characters are allowed)",
                      value);
    else if (option->check == tr_check_slot_name)
        tr_buf_text(out, "Valid replication slot name must contain only digits, lowercase "
                         "characters and underscores with length <= 63");
    else
        tr_buf_text(out, without_lead(why));
}

static void put_control_characters(const char *value, struct tr_buf *out)
{
    const char *separator = "";

    tr_buf_text(out,
                "String may not contain control sequences but had the following ASCII chars: ");
    for (; *value; value++)
        if (iscntrl((unsigned char)*value)) {
            tr_buf_printf(out, "%s%d", separator, *value);
            separator = ", ";
        }
}

static bool has_control_characters(const char *text)
{
    while (*text && !iscntrl((unsigned char)*text))
        text++;
    return *text;
}

static void connect_reason(const struct tr_option *option, const char *value, const char *why,
                           struct tr_buf *out)
{
    struct tr_buf names;

    tr_buf_init(&names, 1024);
    if (option->classes && !is_refused(option, value))
        tr_buf_printf(out, "Class %s could not be found.", value);
    else if (option->choices && !is_refused(option, value)) {
        put_choices(option->choices, &names);
        tr_buf_printf(out, "String must be one of: %s", tr_buf_string(&names));
    } else if (option->type == TR_OPTION_BOOLEAN)
        tr_buf_text(out, "Expected value to be either true or false");
    else if ((option->type == TR_OPTION_INT || option->type == TR_OPTION_LONG) && !is_number(value))
        tr_buf_printf(out, "Not a number of type %s",
                      option->type == TR_OPTION_INT ? "INT" : "LONG");
    else if (option->type == TR_OPTION_INT && strtoll(value, NULL, 10) < option->min)
        tr_buf_printf(out, "Value must be at least %lld", (long long)option->min);
    else if (option->check == tr_check_connector_name && has_control_characters(value))
        put_control_characters(value, out);
    else
        tr_buf_text(out, without_lead(why));
    tr_buf_finish(&names);
}

/* Values that are, or may be, secrets stay out of messages. */
static const char *shown_value(const struct tr_option *option, const struct tr_setting *setting)
{
    bool hidden = setting->secret || option->type == TR_OPTION_PASSWORD;

    return hidden || strlen(setting->value) > 200 ? "[hidden]" : setting->value;
}

void tr_words_wrong(unsigned readers, const struct tr_option *option,
                    const struct tr_setting *setting, struct tr_diag *diag)
{
    struct tr_buf reason;
    const char *value = shown_value(option, setting);

    tr_buf_init(&reason, sizeof diag->message);
    if (tr_words_are_debeziums(readers, option->name)) {
        debezium_reason(option, value, diag->message, &reason);
        say(diag, "The '%s' value is invalid: %s", setting->name, tr_buf_string(&reason));
    } else {
        connect_reason(option, value, diag->message, &reason);
        say(diag, "Invalid value %s for configuration %s: %s", value, setting->name,
            tr_buf_string(&reason));
    }
    tr_buf_finish(&reason);
}

void tr_words_wrong_option(bool debezium, const struct tr_option *option,
                           const struct tr_setting *setting, struct tr_diag *diag)
{
    struct tr_buf reason;
    const char *value = shown_value(option, setting);

    tr_buf_init(&reason, sizeof diag->message);
    (debezium ? debezium_reason : connect_reason)(option, value, diag->message, &reason);
    say(diag, "Invalid value %s for configuration %s: %s", value, setting->name,
        tr_buf_string(&reason));
    tr_buf_finish(&reason);
}

bool tr_words_wrong_twice(unsigned readers, const struct tr_option *option,
                          const struct tr_setting *setting)
{
    return !tr_words_are_debeziums(readers, option->name) && option->type == TR_OPTION_INT &&
           option->min < option->max && !is_number(setting->value);
}

void tr_words_missing(unsigned readers, const struct tr_option *option,
                      const struct tr_setting *setting, struct tr_diag *diag)
{
    if (tr_words_are_debeziums(readers, option->name))
        say(diag, "The '%s' value is invalid: A value is required", option->name);
    else if (!setting)
        say(diag, "Missing required configuration \"%s\" which has no default value.",
            option->name);
    else
        say(diag, "Invalid value  for configuration %s: String %s", option->name,
            option->check == tr_check_connector_name ? "may not be empty" : "must be non-empty");
}
