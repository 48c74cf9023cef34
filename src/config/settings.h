/*
 * What a file says, before anybody asks what it means: names, texts and lines. One tr_settings for
 * each worker or connector in the files.
 */
#ifndef TR_CONFIG_SETTINGS_H
#define TR_CONFIG_SETTINGS_H

#include "config/problems.h"

struct tr_setting {
    const char *name, *value;
    const char *given; /* the text before references were resolved; NULL: the same */
    unsigned line;     /* 0: not known */
    bool secret;       /* the value came from a provider: not for messages */
    bool null;         /* JSON's null: there is such a property, and it has no value */
    bool inherited;    /* the worker's, given to a connector that doesn't say otherwise */
};

struct tr_settings {
    const char *file;
    const char *section; /* the connector's name, if it stands outside of the settings */
    bool worker;
    struct tr_setting *items;
    size_t count, size;
    struct tr_settings *next;
};

/* Reading files: a list of settings, and the problems found. */
struct tr_reading {
    struct tr_arena *arena; /* of names, texts and settings */
    struct tr_problems *problems;
    struct tr_settings *first, **end;
};

/* Append settings for the file; NULL without memory. */
struct tr_settings *tr_settings_new(struct tr_reading *reading, const char *file);

/* Add a setting, unless the name is there already, which is a problem. <0: no memory. */
int tr_settings_add(struct tr_reading *reading, struct tr_settings *settings,
                    struct tr_setting setting) TR_MUSTCHECK;

const struct tr_setting *tr_settings_find(const struct tr_settings *settings, const char *name);

/* "file:line" and the name, for messages. */
struct tr_blame tr_settings_blame(struct tr_arena *arena, const struct tr_settings *settings,
                                  const struct tr_setting *setting);

#endif
