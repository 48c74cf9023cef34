#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/checks.h"
#include "config/option-value.h"

/* All options that count, sorted by name, so that the order of the table may change. */
#define MOST 256

static size_t collect(enum tr_connector_kind kind, const struct tr_option **options)
{
    size_t ngroups, n = 0;
    const struct tr_option_group *const *groups = tr_option_groups(&ngroups);

    for (size_t i = 0; i < ngroups; i++)
        for (size_t j = 0; j < groups[i]->count; j++) {
            const struct tr_option *option = &groups[i]->options[j];
            if (option->identity && (tr_option_readers(groups[i], option) & TR_FOR(kind)) &&
                n < MOST)
                options[n++] = option;
        }
    return n;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct tr_option *const *)a)->name,
                  (*(const struct tr_option *const *)b)->name);
}

static const char *hash(const struct tr_buf *text, struct tr_arena *arena)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n;
    static const char digits[] = "0123456789abcdef";

    if (!EVP_Digest(tr_buf_string(text), text->len, digest, &n, EVP_sha256(), NULL))
        return NULL;
    char *hex = tr_arena_zalloc(arena, 2 * n + 1, 1);
    for (unsigned i = 0; hex && i < n; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return hex;
}

static void put_rules(const struct tr_capture_options *capture, struct tr_buf *text)
{
    for (size_t i = 0; i < capture->ncolumn_rules; i++) {
        const struct tr_column_rule *rule = &capture->column_rules[i];
        tr_buf_printf(text, "%d %d %s %s", rule->action, (int)rule->length,
                      rule->algorithm ? rule->algorithm : "", rule->salt ? rule->salt : "");
        for (size_t j = 0; j < rule->columns.count; j++)
            tr_buf_printf(text, " %s", rule->columns.items[j]);
        tr_buf_put(text, "\n", 1);
    }
}

int tr_config_fingerprint(struct tr_connector_options *options, struct tr_diag *diag)
{
    const struct tr_option *counting[MOST];
    size_t n = collect(options->kind, counting);
    struct tr_buf text;

    qsort(counting, n, sizeof *counting, by_name);
    tr_buf_init(&text, 4 << 20);
    for (size_t i = 0; i < n; i++) {
        tr_buf_put(&text, counting[i]->name, strlen(counting[i]->name) + 1);
        tr_option_render(counting[i], options, &text);
        tr_buf_put(&text, "\n", 1);
    }
    put_rules(&options->capture, &text);
    options->fingerprint = tr_buf_ok(&text) ? hash(&text, &options->arena) : NULL;
    tr_buf_finish(&text);
    return options->fingerprint ? 0 : tr_fail_memory(diag);
}
