/* All transforms and predicates: a new one is a line here. */
#include "transform/transform-impl.h"

/* debezium/ */
extern const struct tr_transform_impl tr_by_logical_table_router, tr_content_based_router;
extern const struct tr_transform_impl tr_event_router, tr_script_filter;
extern const struct tr_transform_impl tr_extract_changed_record_state, tr_extract_new_record_state;
extern const struct tr_transform_impl tr_decode_logical_message, tr_extract_schema;
extern const struct tr_transform_impl tr_header_to_value, tr_partition_routing;
extern const struct tr_transform_impl tr_read_to_insert_event, tr_schema_change_event_filter;
extern const struct tr_transform_impl tr_timezone_converter;
/* kafka/ */
extern const struct tr_transform_impl tr_cast_key, tr_cast_value, tr_drop_headers;
extern const struct tr_transform_impl tr_extract_field_key, tr_extract_field_value;
extern const struct tr_transform_impl tr_filter_transform, tr_flatten_key, tr_flatten_value;
extern const struct tr_transform_impl tr_header_from_key, tr_header_from_value, tr_hoist_field_key;
extern const struct tr_transform_impl tr_hoist_field_value, tr_insert_field_key;
extern const struct tr_transform_impl tr_insert_field_value, tr_insert_header, tr_mask_field_key;
extern const struct tr_transform_impl tr_mask_field_value, tr_regex_router, tr_replace_field_key;
extern const struct tr_transform_impl tr_replace_field_value, tr_set_schema_metadata_key;
extern const struct tr_transform_impl tr_set_schema_metadata_value, tr_timestamp_converter_key;
extern const struct tr_transform_impl tr_timestamp_converter_value, tr_timestamp_router;
extern const struct tr_transform_impl tr_value_to_key;

const struct tr_transform_impl *const tr_transforms[] = {
    &tr_by_logical_table_router,
    &tr_content_based_router,
    &tr_decode_logical_message,
    &tr_event_router,
    &tr_extract_changed_record_state,
    &tr_extract_new_record_state,
    &tr_extract_schema,
    &tr_header_to_value,
    &tr_partition_routing,
    &tr_read_to_insert_event,
    &tr_schema_change_event_filter,
    &tr_timezone_converter,
    &tr_script_filter,
    &tr_cast_key,
    &tr_cast_value,
    &tr_drop_headers,
    &tr_extract_field_key,
    &tr_extract_field_value,
    &tr_filter_transform,
    &tr_flatten_key,
    &tr_flatten_value,
    &tr_header_from_key,
    &tr_header_from_value,
    &tr_hoist_field_key,
    &tr_hoist_field_value,
    &tr_insert_field_key,
    &tr_insert_field_value,
    &tr_insert_header,
    &tr_mask_field_key,
    &tr_mask_field_value,
    &tr_regex_router,
    &tr_replace_field_key,
    &tr_replace_field_value,
    &tr_set_schema_metadata_key,
    &tr_set_schema_metadata_value,
    &tr_timestamp_converter_key,
    &tr_timestamp_converter_value,
    &tr_timestamp_router,
    &tr_value_to_key,
    NULL,
};

/* predicate/ */
extern const struct tr_transform_impl tr_has_header_key, tr_record_is_tombstone;
extern const struct tr_transform_impl tr_topic_name_matches;

const struct tr_transform_impl *const tr_predicates[] = {
    &tr_has_header_key,
    &tr_record_is_tombstone,
    &tr_topic_name_matches,
    NULL,
};
