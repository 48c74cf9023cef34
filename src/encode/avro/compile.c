/* From schemas to the nodes that the row path runs. */
#include "encode/avro/avro.h"

static int compile_children(const struct tr_schema *schema, const struct tr_avro_options *options,
                            struct tr_arena *arena, struct tr_avro_node *node,
                            struct tr_diag *diag)
{
    node->nchildren = schema->type == TR_TYPE_STRUCT ? schema->nfields : schema->keys ? 2 : 1;
    node->children = tr_arena_zalloc(arena, node->nchildren, sizeof *node->children);
    if (!node->children)
        return tr_fail_memory(diag);
    if (schema->type != TR_TYPE_STRUCT) {
        if (schema->keys &&
            tr_avro_compile(schema->keys, options, arena, &node->children[0], diag) < 0)
            return -1;
        if (schema->keys && tr_avro_is_map(schema, options))
            node->children[0].null = TR_AVRO_REQUIRED; /* an Avro map's key is a plain text */
        return tr_avro_compile(schema->items, options, arena,
                               &node->children[node->nchildren - 1], diag);
    }
    for (size_t i = 0; i < schema->nfields; i++) {
        struct tr_avro_node *child = &node->children[i];
        if (tr_avro_compile(schema->fields[i].schema, options, arena, child, diag) < 0)
            return -1;
        child->field = schema->fields[i].name;
        child->otherwise = options->keep_nulls ? NULL : schema->fields[i].schema->default_value;
    }
    return 0;
}

int tr_avro_compile(const struct tr_schema *schema, const struct tr_avro_options *options,
                    struct tr_arena *arena, struct tr_avro_node *ret_node, struct tr_diag *diag)
{
    *ret_node = (struct tr_avro_node){.type = schema->type, .field = ""};
    if (schema->optional)
        ret_node->null = schema->default_value && schema->type != TR_TYPE_STRUCT
                             ? TR_AVRO_NULL_SECOND
                             : TR_AVRO_NULL_FIRST;
    if (schema->type == TR_TYPE_STRUCT || schema->type == TR_TYPE_ARRAY ||
        schema->type == TR_TYPE_MAP)
        return compile_children(schema, options, arena, ret_node, diag);
    return 0;
}
