/* Sinks without a broker: JSON lines to a file (exactly once) or to stdout (at least once), one
 * that only counts, for benchmarks, and FileStreamSink's, which writes values as they are. */
#ifndef TR_SINK_FILE_FILE_H
#define TR_SINK_FILE_FILE_H

#include "sink/sink-impl.h"

extern const struct tr_sink_impl tr_file_sink;
extern const struct tr_sink_impl tr_stdout_sink;
extern const struct tr_sink_impl tr_null_sink;
extern const struct tr_sink_impl tr_text_sink;

#endif
