/*
 * FileStreamSource, Kafka Connect's example of a source: each line of a file, or of standard input,
 * becomes a record of one topic, without key, and the file is read on as it grows.
 *
 * The position is {"position":N} under {"filename":F}, as Connect has it: the bytes of the lines
 * that were written. (Connect counts characters, and is wrong where one has several bytes.) A line
 * ends with LF, CR or CR LF, and counts when its end is there. The file may appear later. When it
 * is replaced or cut while it is read, the open one is read on, as Connect does it; the log says
 * so, because lines may be missed.
 *
 * Facts: FileStreamSourceTask (Kafka 4.1).
 */
#ifndef TR_SOURCE_FILE_FILE_H
#define TR_SOURCE_FILE_FILE_H

#include "source/source-impl.h"

extern const struct tr_source_impl tr_file_source;

#endif
