/* Filter: drops every record it is applied to; a predicate says which. */
#include "transform/transform-impl.h"

static int drop(const struct tr_transform *transform, struct tr_transform_context *context,
                struct tr_record *record, struct tr_diag *diag)
{
    (void)transform, (void)context, (void)record, (void)diag;
    return 1;
}

const struct tr_transform_impl tr_filter_transform = {
    .class_name = "org.apache.kafka.connect.transforms.Filter",
    .size = sizeof(struct tr_transform),
    .apply = drop,
};
