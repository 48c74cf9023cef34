/* What transforms that copy a struct share. */
#ifndef TR_TRANSFORM_COPYING_H
#define TR_TRANSFORM_COPYING_H

#include "transform/transform-impl.h"

/* Connect's words for what a half of a record can't be. purpose: "mask fields". */
int tr_require_struct(struct tr_half half, const char *purpose, struct tr_diag *diag) TR_MUSTCHECK;

/* The value of a struct's field, or its schema's default instead of null if that is asked for. */
static inline struct tr_value tr_field_value(const struct tr_half *half, size_t place, bool replace)
{
    const struct tr_value *value = &half->value->items[place];
    const struct tr_value *otherwise = (*half->schema)->fields[place].schema->default_value;

    return replace && otherwise && value->kind == TR_NULL ? *otherwise : *value;
}

/* The two impls of a class with $Key and $Value, from its struct's name and functions. */
#define TR_TRANSFORM_SIDES(symbol, type, class, ...)                                               \
    const struct tr_transform_impl symbol##_value = {                                              \
        .class_name = "org.apache.kafka.connect.transforms." class "$Value",                       \
        .side = TR_SIDE_VALUE,                                                                     \
        .size = sizeof(struct type),                                                               \
        .options = options,                                                                        \
        .noptions = TR_COUNT(options),                                                             \
        __VA_ARGS__,                                                                               \
    };                                                                                             \
    const struct tr_transform_impl symbol##_key = {                                                \
        .class_name = "org.apache.kafka.connect.transforms." class "$Key",                         \
        .side = TR_SIDE_KEY,                                                                       \
        .size = sizeof(struct type),                                                               \
        .options = options,                                                                        \
        .noptions = TR_COUNT(options),                                                             \
        __VA_ARGS__,                                                                               \
    }

/* replace.null.with.default, which most of them have. */
#define TR_OPTION_REPLACE_NULL(owner)                                                              \
    {                                                                                              \
        .name = "replace.null.with.default", .fallback = "true",                                   \
        .doc = "Whether a null becomes the field's default when it is copied.",                    \
        .type = TR_OPTION_BOOLEAN, .importance = TR_MEDIUM,                                        \
        .at = TR_TRANSFORM_AT(owner, replace_null),                                                \
    }

#endif
