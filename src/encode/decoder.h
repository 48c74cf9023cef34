/*
 * The converters' way back, as far as FileStreamSink needs it: the bytes of a message become what
 * toString makes of the value that Kafka Connect's converter reads there. JsonConverter takes its
 * own form (with schemas.enable, {"schema":…,"payload":…}); StringConverter and ByteArrayConverter
 * take anything.
 *
 * Facts: JsonConverter.toConnectData (Kafka 4.1).
 */
#ifndef TR_ENCODE_DECODER_H
#define TR_ENCODE_DECODER_H

#include "base/diag.h"
#include "base/writer.h"
#include "config/options.h"

/* bytes.p NULL is a null value, which is written as null. <0 (TR_DATA): not what the converter
 * reads; the message completes "the value … ". */
int tr_decode_text(const struct tr_converter_options *options, struct tr_slice bytes,
                   struct tr_writer *writer, struct tr_diag *diag) TR_MUSTCHECK;

#endif
