#include "rest/resources/mask.h"

#include <strings.h>

#include "config/option-table.h"
#include "rest/answer.h"
#include "rest/resources/body.h"

/* For names that the option table leaves open (producer.override.*), and for other people's
 * connectors. */
static bool sounds_secret(const char *name)
{
    static const char *const words[] = {
        "password",     "passwd",     "secret",  "token",  "credential",  "passphrase", "jaas",
        "keystore.key", "access.key", "api.key", "apikey", "private.key", "user.info",
    };

    for (size_t i = 0; i < TR_COUNT(words); i++)
        if (strcasestr(name, words[i]))
            return true;
    return false;
}

static bool is_secret(const char *name)
{
    const struct tr_option_group *group;
    const struct tr_option *option = tr_option_find(TR_FOR_CONNECTORS, name, &group);

    if (!option || strchr(option->name, '*'))
        return sounds_secret(name);
    return option->type == TR_OPTION_PASSWORD;
}

/* Nothing but references: they tell where a secret is, not what it is. */
static bool is_reference(const char *value)
{
    while (strncmp(value, "${", 2) == 0 && strchr(value, '}'))
        value = strchr(value, '}') + 1;
    return !*value;
}

const char *tr_mask_value(const struct tr_exchange *exchange, const struct tr_property *property)
{
    if (!property->value || !exchange->api->options->mask_passwords || !is_secret(property->name) ||
        is_reference(property->value))
        return property->value;
    return TR_MASK;
}

static bool is_masked(const struct tr_exchange *exchange, const struct tr_property *property)
{
    return property->value && exchange->api->options->mask_passwords &&
           strcmp(property->value, TR_MASK) == 0 && is_secret(property->name);
}

static const char *stored_value(struct tr_exchange *exchange, const char *connector,
                                const char *name)
{
    struct tr_worker_info info;
    struct tr_diag diag;

    if (!connector ||
        tr_worker_info(tr_exchange_worker(exchange), connector, &exchange->in, &info, &diag) != 0)
        return NULL;
    return tr_properties_get(&info.config, name);
}

static bool fail_unknown(struct tr_exchange *exchange, const char *name)
{
    tr_answer_error(exchange, 400,
                    "The value of %s is the mask that answers show in place of a password, and no "
                    "password is stored that could be kept: write the password itself",
                    name);
    return false;
}

bool tr_mask_restore(struct tr_exchange *exchange, const char *name, struct tr_properties *config)
{
    struct tr_property *items = (struct tr_property *)config->items;

    for (size_t i = 0; i < config->count; i++) {
        if (!is_masked(exchange, &items[i]))
            continue;
        items[i].value = stored_value(exchange, name, items[i].name);
        if (!items[i].value)
            return fail_unknown(exchange, items[i].name);
    }
    return true;
}

bool tr_mask_drop(struct tr_exchange *exchange, const char *name, struct tr_properties *changes)
{
    struct tr_property *items = (struct tr_property *)changes->items;
    size_t kept = 0;

    for (size_t i = 0; i < changes->count; i++) {
        if (!is_masked(exchange, &items[i]))
            items[kept++] = items[i];
        else if (!stored_value(exchange, name, items[i].name))
            return fail_unknown(exchange, items[i].name);
    }
    changes->count = kept;
    return true;
}
