/* Connect's example connectors: a file's lines to a topic, a topic's records to a file. */
#include "config/check-text.h"
#include "config/option-table.h"

static const struct tr_option source_options[] = {
    {.name = "file",
     .importance = TR_HIGH,
     .identity = true,
     .at = TR_CONNECTOR_AT(file_stream.path),
     .doc = "The file to read, and to go on reading as it grows; standard input if there is none."},
    {.name = "topic",
     .required = true,
     .importance = TR_HIGH,
     .identity = true,
     .at = TR_CONNECTOR_AT(file_stream.topic),
     .check = tr_check_topic_text,
     .doc = "The topic that gets a record for each line."},
    {.name = "batch.size",
     .type = TR_OPTION_INT,
     .fallback = "2000",
     .at = TR_CONNECTOR_AT(file_stream.batch_size),
     .doc = "How many lines are handed on at once, at most."},
};

const struct tr_option_group tr_options_file_source = {
    .title = "FileStreamSource", .readers = TR_FOR_FILE_SOURCE, TR_OPTIONS(source_options)};

static const struct tr_option sink_options[] = {
    {.name = "file",
     .importance = TR_HIGH,
     .at = TR_CONNECTOR_AT(file_stream.path),
     .doc = "The file to append to; standard output if there is none."},
    {.name = "topics",
     .type = TR_OPTION_LIST,
     .fallback = "",
     .importance = TR_HIGH,
     .at = TR_CONNECTOR_AT(file_stream.topics),
     .check = tr_check_topic_text,
     .doc = "The topics to read; either these or topics.regex."},
    {.name = "topics.regex",
     .fallback = "",
     .importance = TR_HIGH,
     .at = TR_CONNECTOR_AT(file_stream.topics_regex),
     .check = tr_check_regex,
     .doc = "A regular expression on the names of the topics to read."},
};

const struct tr_option_group tr_options_file_sink = {
    .title = "FileStreamSink", .readers = TR_FOR_FILE_SINK, TR_OPTIONS(sink_options)};
