/* guardrail.collections.max */
#include "source/mysql/catalog.h"
#include "source/mysql/definitions.h"

#define ARENA_CHUNK (16U << 10)
#define ARENA_CAP   (256U << 20)

static size_t count_captured(const struct tr_capture *capture, const struct tr_mysql_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < list->count; i++)
        n += tr_capture_wants(capture, list->items[i].database, list->items[i].table);
    return n;
}

int tr_mysql_check_limit(const struct tr_mysql_session *session, const struct tr_capture *capture,
                         struct tr_diag *diag)
{
    struct tr_arena arena;
    struct tr_mysql_list list;

    if (!tr_capture_has_limit(capture))
        return 0;
    tr_arena_init(&arena, ARENA_CHUNK, ARENA_CAP);
    int rc = tr_mysql_catalog_tables(session, &arena, &list, diag);
    if (!rc)
        rc = tr_capture_check_count(capture, count_captured(capture, &list), diag);
    tr_arena_finish(&arena);
    return rc;
}
