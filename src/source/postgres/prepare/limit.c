#include "source/postgres/prepare.h"
#include "source/postgres/publication.h"

int tr_pg_check_limit(const struct tr_pg_session *session, const struct tr_capture *capture,
                      struct tr_diag *diag)
{
    struct tr_pg_publication publication;

    if (!tr_capture_has_limit(capture))
        return 0;
    int rc = tr_pg_publication_tables(session, capture, false, &publication, diag);
    if (!rc)
        rc = tr_capture_check_count(capture, publication.count, diag);
    tr_pg_publication_finish(&publication);
    return rc;
}
