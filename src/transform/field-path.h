/* Names that lead into nested structs: KIP-821's version 2 of field names, with dots between the
 * steps and back-ticks around a name that has dots of its own. */
#ifndef TR_TRANSFORM_FIELD_PATH_H
#define TR_TRANSFORM_FIELD_PATH_H

#include "base/arena.h"
#include "base/diag.h"
#include "config/options.h"

/* nested false: the text is one name. <0: a back-tick without its other. */
int tr_field_names_parse(const char *text, bool nested, struct tr_arena *arena,
                         struct tr_list *ret_names, struct tr_diag *diag) TR_MUSTCHECK;

#endif
