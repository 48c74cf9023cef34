/* Files of configuration in a folder of their own, loaded, and what came of it. */
#ifndef TR_TESTS_UNIT_CONFIG_FILES_H
#define TR_TESTS_UNIT_CONFIG_FILES_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "support/cmocka.h"

/* What every connector needs, as lines of .properties. */
#define NEEDED                                                                                     \
    "connector.class=postgres\ndatabase.hostname=db\ndatabase.user=u\ndatabase.password=pw\n"      \
    "database.dbname=d\ntopic.prefix=p\n"

struct files {
    char folder[64];
    char paths[8][128];
    size_t npaths;
    struct tr_config *config;
    struct tr_diag diag;
    int rc;
};

static inline int files_setup(void **state)
{
    struct files *files = calloc(1, sizeof *files);

    assert_non_null(files);
    snprintf(files->folder, sizeof files->folder, "/tmp/test_config.XXXXXX");
    assert_non_null(mkdtemp(files->folder));
    *state = files;
    return 0;
}

static inline int files_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline int files_teardown(void **state)
{
    struct files *files = *state;

    tr_config_free(files->config);
    nftw(files->folder, files_remove, 8, FTW_DEPTH | FTW_PHYS);
    free(files);
    return 0;
}

/* Write a file that is not loaded: a secret's. */
static inline const char *files_put(struct files *files, const char *name, const char *text)
{
    static char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", files->folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static inline void files_add(struct files *files, const char *name, const char *text)
{
    snprintf(files->paths[files->npaths++], sizeof *files->paths, "%s",
             files_put(files, name, text));
}

static inline void files_load(struct files *files)
{
    const char *paths[8];

    for (size_t i = 0; i < files->npaths; i++)
        paths[i] = files->paths[i];
    tr_config_free(files->config);
    files->diag.message[0] = '\0';
    files->rc = tr_config_load(paths, files->npaths, &files->config, &files->diag);
    assert_non_null(files->config);
    assert_int_equal(files->rc<0, files->config->nerrors> 0);
}

static inline bool files_any(const char *const *texts, size_t n, const char *a, const char *b)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(texts[i], a) && strstr(texts[i], b))
            return true;
    for (size_t i = 0; i < n; i++)
        print_message("said: %s\n", texts[i]);
    print_message("missing: %s ... %s\n", a, b);
    return false;
}

/* Some error, some warning, that holds both. */
#define assert_error(files, a, b)                                                                  \
    assert_true(files_any((files)->config->errors, (files)->config->nerrors, a, b))
#define assert_warning(files, a, b)                                                                \
    assert_true(files_any((files)->config->warnings, (files)->config->nwarnings, a, b))

/* One connector named c with lines besides what it needs. */
static inline void files_load_connector(struct files *files, const char *lines)
{
    char text[8192];

    files->npaths = 0;
    snprintf(text, sizeof text, "name=c\n%s%s", NEEDED, lines);
    files_add(files, "c.properties", text);
    files_load(files);
}

static inline const struct tr_connector_options *files_good(struct files *files, const char *lines)
{
    files_load_connector(files, lines);
    if (files->rc)
        print_message("said: %s\n", files->diag.message);
    assert_int_equal(files->rc, 0);
    assert_int_equal(files->config->nconnectors, 1);
    return files->config->connectors;
}

#endif
