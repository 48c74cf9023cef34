/* What plugin.c and validate.c share. */
#ifndef TR_CONFIG_PLUGIN_IMPL_H
#define TR_CONFIG_PLUGIN_IMPL_H

#include "config/plugin.h"
#include "config/shown.h"

const struct tr_plugin *tr_plugin_of(enum tr_connector_kind kind);

/* What a database's own group is called; NULL for the file connectors. */
const char *tr_plugin_title(enum tr_connector_kind kind);

/* A connector's definitions: Connect's, and its own. */
int tr_plugin_connectors_definitions(const struct tr_plugin *plugin, struct tr_arena *arena,
                                     struct tr_definitions *ret_connects,
                                     struct tr_definitions *ret_own,
                                     struct tr_diag *diag) TR_MUSTCHECK;

/* Not to be asked for. */
bool tr_plugin_invisible(const char *option);

/* A bare row, without group and label. */
void tr_definition_of(const struct tr_option *option, struct tr_definition *ret_definition);

#endif
