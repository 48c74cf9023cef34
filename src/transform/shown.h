/* How the options of transforms are shown. */
#ifndef TR_TRANSFORM_SHOWN_H
#define TR_TRANSFORM_SHOWN_H

#include "config/shown.h"

/* Whether there is a list for this class; otherwise all options are shown under their names. */
bool tr_transform_is_shown(const char *class);

/* NULL: not at all. */
const struct tr_shown *tr_transform_shown(const char *class, const char *option);

#endif
