/* DropHeaders: removes headers by name. */
#include "transform/transform-impl.h"

struct drop_headers {
    struct tr_transform transform;
    struct tr_list headers;
};

static bool is_listed(const struct tr_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return false;
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct drop_headers *self = (const struct drop_headers *)transform;
    struct tr_record_header *kept =
        tr_arena_alloc(context->scratch, record->nheaders * sizeof *kept);
    size_t n = 0;

    if (!kept)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < record->nheaders; i++)
        if (!is_listed(&self->headers, record->headers[i].name))
            kept[n++] = record->headers[i];
    record->headers = kept;
    record->nheaders = n;
    return 0;
}

static const struct tr_option options[] = {
    {.name = "headers",
     .doc = "Names of the headers to remove.",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(drop_headers, headers)},
};

const struct tr_transform_impl tr_drop_headers = {
    .class_name = "org.apache.kafka.connect.transforms.DropHeaders",
    .size = sizeof(struct drop_headers),
    .options = options,
    .noptions = TR_COUNT(options),
    .apply = apply,
};
