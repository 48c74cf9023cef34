/* Between the text of a property and the field of its option. */
#ifndef TR_CONFIG_OPTION_VALUE_H
#define TR_CONFIG_OPTION_VALUE_H

#include "base/buf.h"
#include "config/option-table.h"

/* Which member counts follows from the option's type. */
struct tr_option_value {
    const char *text;
    int64_t number; /* boolean, int, long, choice */
    struct tr_list list;
};

/* Parse and check a text; what the value needs goes into the arena. <0: the diag's message
 * completes "the value is …"; it doesn't quote the text. */
int tr_option_parse(const struct tr_option *option, const char *text, struct tr_arena *arena,
                    struct tr_option_value *ret_value, struct tr_diag *diag) TR_MUSTCHECK;

/* Whether a value is the option's default. */
int tr_option_is_default(const struct tr_option *option, const struct tr_option_value *value,
                         struct tr_arena *arena, bool *ret_default,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* Put a value into its field of the option structs, and write a field in its canonical form. */
void tr_option_store(const struct tr_option *option, const struct tr_option_value *value,
                     void *options);
void tr_option_render(const struct tr_option *option, const void *options, struct tr_buf *out);

/* The items of a comma-separated list: trimmed, "\," is a comma, empty items are left out. */
int tr_list_parse(const char *text, struct tr_arena *arena, struct tr_list *ret_list,
                  struct tr_diag *diag) TR_MUSTCHECK;

#endif
