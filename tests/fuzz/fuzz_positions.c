/* Whatever stands in the offsets topic under a connector's key, tailrace's or Debezium's: a place
 * that can be gone on from, or a message. A place of our own that is written reads as the same. The
 * first byte chooses the database. */
#include <string.h>

#include "fuzz.h"
#include "offsets/offsets.h"
#include "snapshot/takeover.h"
#include "source/mysql/position.h"
#include "source/postgres/position.h"

enum { POSTGRES, MYSQL, MARIADB, DATABASES };

static bool is_message(const struct tr_diag *diag)
{
    return diag->message[0] && (diag->cls == TR_DATA || diag->cls == TR_CONFIG);
}

/* The members of a position that a driver has written, read as what they will be. */
static struct tr_stored_position *parse_members(struct tr_slice members)
{
    const struct tr_offsets_commit commit = {.source = members, .states_at = -1};
    struct tr_stored_position *position;
    struct tr_diag diag;
    struct tr_buf json;

    tr_buf_init(&json, 8 << 20);
    FUZZ_CHECK(tr_offsets_write(&commit, &json, &diag) == 0);
    struct tr_slice text = {tr_buf_string(&json), json.len};
    FUZZ_CHECK(tr_stored_position_parse(text, &position, &diag) == 0);
    tr_buf_finish(&json);
    return position;
}

static int write_again(int database, const struct tr_stored_position *position,
                       struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_pg_position postgres;
    struct tr_mysql_position mysql;

    if (database == POSTGRES)
        return tr_pg_position_read(position, &postgres, diag) < 0
                   ? -1
                   : tr_pg_position_write(batch, &postgres, NULL, diag);
    int rc = tr_mysql_position_read(position, database == MARIADB, &mysql, diag);
    if (rc == 0)
        rc = tr_mysql_position_write(batch, &mysql, NULL, diag);
    tr_mysql_position_finish(&mysql);
    return rc;
}

static void check_reached(int database, const struct tr_stored_position *position)
{
    struct tr_diag diag = {.message = ""};
    int rc = database == POSTGRES
                 ? tr_pg_position_reached(position, position, &diag)
                 : tr_mysql_position_reached(position, position, database == MARIADB, &diag);

    FUZZ_CHECK(rc == 0 || diag.message[0]);
}

/* The second time it is tailrace's, and says of itself what it said the first time. */
static void check_written(int database, const struct tr_stored_position *position)
{
    struct tr_batch *once = tr_batch_new(4096, 16 << 20), *twice = tr_batch_new(4096, 16 << 20);
    struct tr_diag diag = {.message = ""};

    FUZZ_CHECK(once && twice);
    if (write_again(database, position, once, &diag) < 0) {
        FUZZ_CHECK(is_message(&diag));
    } else {
        struct tr_stored_position *own = parse_members(once->position.json);
        check_reached(database, position);
        if (write_again(database, own, twice, &diag) == 0)
            FUZZ_CHECK(tr_slice_equal(once->position.json, twice->position.json));
        tr_stored_position_free(own);
    }
    tr_batch_free(once);
    tr_batch_free(twice);
}

static void check_take_over(const struct tr_stored_position *position)
{
    const struct tr_log log = {.fd = -1, .level = TR_LOG_ERROR};
    struct tr_states *states = tr_states_new();
    struct tr_diag diag = {.message = ""};

    FUZZ_CHECK(states);
    if (tr_incremental_take_over(position, states, &log, &diag) < 0)
        FUZZ_CHECK(is_message(&diag));
    tr_states_free(states);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_stored_position *position;
    struct tr_diag diag = {.message = ""};

    if (size == 0)
        return 0;
    if (tr_stored_position_parse((struct tr_slice){(const char *)data + 1, size - 1}, &position,
                                 &diag) < 0) {
        FUZZ_CHECK(is_message(&diag));
        return 0;
    }
    if (tr_offsets_check(position, &diag) < 0)
        FUZZ_CHECK(is_message(&diag));
    (void)tr_offsets_transaction(position);
    check_written(data[0] % DATABASES, position);
    check_take_over(position);
    tr_stored_position_free(position);
    return 0;
}
