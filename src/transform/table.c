/* All transforms and predicates: a new one is a line here. */
#include "transform/transform-impl.h"

extern const struct tr_transform_impl tr_extract_changed_record_state, tr_extract_new_record_state;
extern const struct tr_transform_impl tr_filter_transform, tr_regex_router;

const struct tr_transform_impl *const tr_transforms[] = {
    &tr_extract_changed_record_state,
    &tr_extract_new_record_state,
    &tr_filter_transform,
    &tr_regex_router,
    NULL,
};

extern const struct tr_transform_impl tr_has_header_key, tr_record_is_tombstone;
extern const struct tr_transform_impl tr_topic_name_matches;

const struct tr_transform_impl *const tr_predicates[] = {
    &tr_has_header_key,
    &tr_record_is_tombstone,
    &tr_topic_name_matches,
    NULL,
};
