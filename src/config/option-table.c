#include "config/option-table.h"

#include <stdint.h>
#include <string.h>

const struct tr_option_group *const *tr_option_groups(size_t *ret_count)
{
    static const struct tr_option_group *const groups[] = {
        &tr_options_connector, &tr_options_postgres,    &tr_options_slot,
        &tr_options_mysql,     &tr_options_binlog,      &tr_options_snapshot,
        &tr_options_filter,    &tr_options_record,      &tr_options_types,
        &tr_options_topic,     &tr_options_file_source, &tr_options_file_sink,
        &tr_options_creation,  &tr_options_signal,      &tr_options_sink,
        &tr_options_errors,    &tr_options_engine,      &tr_options_converter,
        &tr_options_worker,    &tr_options_rest,        &tr_options_client,
        &tr_options_store,     &tr_options_avro,        &tr_options_cloudevents,
        &tr_options_driver,    &tr_options_former,
    };

    *ret_count = TR_COUNT(groups);
    return groups;
}

const char *tr_option_star(const char *pattern, const char *name, size_t *ret_length)
{
    const char *star = strchr(pattern, '*');

    if (!star)
        return NULL;
    size_t before = (size_t)(star - pattern), after = strlen(star + 1), n = strlen(name);
    if (n <= before + after || strncmp(pattern, name, before) != 0 ||
        strcmp(star + 1, name + n - after) != 0)
        return NULL;
    *ret_length = n - before - after;
    return name + before;
}

unsigned tr_option_readers(const struct tr_option_group *group, const struct tr_option *option)
{
    return option->readers ? option->readers : group->readers;
}

bool tr_option_inherited(const struct tr_option_group *group)
{
    return (group->readers & TR_FOR_WORKER) && (group->readers & TR_FOR_CONNECTORS);
}

/* How well a name fits: SIZE_MAX exactly, otherwise the length of the pattern's text. */
static size_t fit(const char *pattern, const char *name)
{
    size_t length;

    if (strcmp(pattern, name) == 0)
        return SIZE_MAX;
    return tr_option_star(pattern, name, &length) ? strlen(pattern) : 0;
}

const struct tr_option *tr_option_find(unsigned readers, const char *name,
                                       const struct tr_option_group **ret_group)
{
    size_t ngroups, best = 0;
    const struct tr_option_group *const *groups = tr_option_groups(&ngroups);
    const struct tr_option *found = NULL;

    for (size_t i = 0; i < ngroups; i++)
        for (size_t j = 0; j < groups[i]->count; j++) {
            const struct tr_option *option = &groups[i]->options[j];
            size_t fits = fit(option->name, name);
            if (fits <= best || !(tr_option_readers(groups[i], option) & readers))
                continue;
            best = fits;
            found = option;
            *ret_group = groups[i];
        }
    return found;
}

bool tr_option_is_secret(const char *name)
{
    static const char *const ends[] = {
        "password",    "secret",    "sasl.jaas.config",        "ssl.key.pem", "ssl.keystore.key",
        "credentials", "user.info", "sasl.oauthbearer.config", "client.key",
    };
    const struct tr_option_group *group;
    const struct tr_option *option = tr_option_find(TR_FOR_ALL, name, &group);
    size_t n = strlen(name);

    if (option && (option->type == TR_OPTION_PASSWORD || option->secret_name))
        return true;
    for (size_t i = 0; i < TR_COUNT(ends); i++) {
        size_t m = strlen(ends[i]);
        if (n >= m && strcasecmp(name + n - m, ends[i]) == 0)
            return true;
    }
    return false;
}

#define LONGEST 79 /* of names that are compared: no option's is longer */

/* Levenshtein's distance of two names, row by row. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[LONGEST + 1];
    size_t n = strlen(b);

    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (unsigned i = 1; a[i - 1]; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= n; j++) {
            unsigned above = row[j];
            unsigned least = TR_MIN(above, row[j - 1]) + 1;
            row[j] = TR_MIN(least, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[n];
}

/* The name that is nearest, and nearer than `best`. */
static const char *find_nearest(unsigned readers, const char *name, unsigned best)
{
    size_t ngroups;
    const struct tr_option_group *const *groups = tr_option_groups(&ngroups);
    const char *nearest = NULL;

    if (strlen(name) > LONGEST)
        return NULL;
    for (size_t i = 0; i < ngroups; i++)
        for (size_t j = 0; j < groups[i]->count; j++) {
            const struct tr_option *option = &groups[i]->options[j];
            if (!(tr_option_readers(groups[i], option) & readers) ||
                option->status == TR_OPTION_FORMER || strchr(option->name, '*') ||
                strlen(option->name) > LONGEST)
                continue;
            unsigned far = distance(name, option->name);
            if (far < best) {
                best = far;
                nearest = option->name;
            }
        }
    return nearest;
}

const char *tr_option_nearest(unsigned readers, const char *name)
{
    return find_nearest(readers, name, (unsigned)TR_MAX(strlen(name) / 3, 2) + 1);
}

const char *tr_option_mistyped(unsigned readers, const char *name)
{
    return find_nearest(readers, name, 3);
}
