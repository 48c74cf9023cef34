/* How a transform's option is shown; NULL: under its name. */
#ifndef TR_TRANSFORM_SHOWN_H
#define TR_TRANSFORM_SHOWN_H

#include "config/shown.h"

const struct tr_shown *tr_transform_shown(const char *class, const char *option);

#endif
