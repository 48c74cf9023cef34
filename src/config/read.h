/* From the texts of files to settings. */
#ifndef TR_CONFIG_READ_H
#define TR_CONFIG_READ_H

#include "config/settings.h"

/* The most that a file of configuration, or of a secret, may hold, in bytes. */
#define TR_CONFIG_FILE_MOST (1 << 20)

/* Read a file and append its settings. What is wrong with it is a problem of the reading; <0 only
 * without memory. */
int tr_read_file(struct tr_reading *reading, const char *path, struct tr_diag *diag) TR_MUSTCHECK;

/* The three forms. file is for messages and must outlive the settings. */
int tr_read_properties(struct tr_reading *reading, const char *file, struct tr_slice text,
                       struct tr_diag *diag) TR_MUSTCHECK;
int tr_read_ini(struct tr_reading *reading, const char *file, struct tr_slice text,
                struct tr_diag *diag) TR_MUSTCHECK;
int tr_read_json(struct tr_reading *reading, const char *file, struct tr_slice text,
                 struct tr_diag *diag) TR_MUSTCHECK;

/* A whole file into the arena. <0: TR_CONFIG; the message says why, without the file's name. */
int tr_read_text(const char *path, struct tr_arena *arena, struct tr_slice *ret_text,
                 struct tr_diag *diag) TR_MUSTCHECK;

/* What Java's Properties.load makes of a text: lines joined, comments left out, escapes resolved.
 * One call, one setting; >0 at the end. */
struct tr_properties_reader {
    struct tr_slice rest;
    struct tr_arena *arena;
    unsigned line;     /* of the setting that was read last */
    unsigned upcoming; /* the next one's first line */
    bool sections;     /* a line "[text]" is a setting with that name and a NULL value */
};

int tr_properties_next(struct tr_properties_reader *reader, struct tr_setting *ret_setting,
                       struct tr_diag *diag) TR_MUSTCHECK;

#endif
