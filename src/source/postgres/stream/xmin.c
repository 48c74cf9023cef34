#include "source/postgres/stream/xmin.h"

#include "base/clock.h"

int tr_pg_xmin_ask(struct tr_pg_xmin *xmin, const struct tr_pg_session *session,
                   struct tr_value *source, struct tr_diag *diag)
{
    const char *slot = session->context->options->postgres.slot_name;
    int64_t interval = session->context->options->postgres.xmin_interval_ms * 1000;
    TR_CLEANUP(tr_pg_clear) PGresult *result = NULL;

    if (interval == 0)
        return 0;
    int64_t now = tr_clock_monotonic_us();
    if (xmin->asked_us && now - xmin->asked_us < interval)
        return 0;
    xmin->asked_us = now;
    int rc =
        tr_pg_ask(session, "SELECT catalog_xmin FROM pg_replication_slots WHERE slot_name = $1",
                  (const char *[]){slot, NULL}, &result, diag);
    if (!rc && PQntuples(result) == 1 && tr_pg_cell(result, 0, 0))
        source[TR_PG_SOURCE_XMIN] = tr_value_integer(tr_pg_number(result, 0, 0));
    return rc;
}
