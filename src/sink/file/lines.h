/* Messages as JSON lines: {"topic","partition","key","value","headers","timestamp"}. */
#ifndef TR_SINK_FILE_LINES_H
#define TR_SINK_FILE_LINES_H

#include "base/writer.h"
#include "record/batch.h"

/* One line with its newline. Keys and values that are JSON objects stand there as they are, other
 * text as a string, other bytes as base64; headers are [name, value] pairs, in order. */
void tr_line_write(struct tr_writer *writer, const struct tr_message *message,
                   int64_t timestamp_ms);

#endif
