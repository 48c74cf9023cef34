#include "source/mysql/wire.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <mysqld_error.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "source/mysql/failure.h"
#include "source/mysql/query.h"

/* Names and flags of the protocol. */
#define COMMAND_DUMP_GTID 30
#define FLAG_NON_BLOCK    1
#define FLAG_ANNOTATE     2
#define LOG_BEGIN         4 /* where a file's first event stands */

#define COMMAND_MOST ((size_t)16 << 20)

static void put(struct tr_buf *buf, uint64_t number, size_t bytes)
{
    uint64_t little = htole64(number);
    tr_buf_put(buf, &little, bytes);
}

/* The same at each start of a connector, and no other connector's: the server ends an older dump
 * that it still believes in. */
static void make_uuid(const struct tr_mysql_session *session, uint32_t server_id, char ret_uuid[37])
{
    const struct tr_connector_options *options = session->context->options;
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    char text[256];

    snprintf(text, sizeof text, "tailrace %" PRIu32 " %s", server_id, options->name);
    EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL);
    digest[6] = (unsigned char)((digest[6] & 0x0f) | 0x80); /* version 8: of one's own making */
    digest[8] = (unsigned char)((digest[8] & 0x3f) | 0x80);
    size_t n = 0;
    for (size_t i = 0; i < 16; i++)
        n += (size_t)snprintf(ret_uuid + n, 37 - n, "%s%02x",
                              i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", digest[i]);
}

/* Both servers take the old names, the newest only the new ones; a variable that nobody reads does
 * no harm. Without a checksum named here the server refuses to send any. */
static int announce(const struct tr_mysql_session *session, const struct tr_mysql_dump *dump,
                    struct tr_diag *diag)
{
    char sql[512], uuid[37];

    snprintf(sql, sizeof sql,
             "SET @master_binlog_checksum = 'CRC32', @source_binlog_checksum = 'CRC32',"
             " @master_heartbeat_period = %" PRId64 ", @source_heartbeat_period = %" PRId64,
             dump->heartbeat_ms * 1000000, dump->heartbeat_ms * 1000000);
    int rc = tr_mysql_execute(session, sql, diag);
    if (rc || !dump->server_id || session->dialect.mariadb)
        return rc;
    make_uuid(session, dump->server_id, uuid);
    snprintf(sql, sizeof sql, "SET @slave_uuid = '%s', @replica_uuid = '%s'", uuid, uuid);
    return tr_mysql_execute(session, sql, diag);
}

/* Capability 4: GTID events, and each event in the form that the log has it in. Strict: the server
 * refuses a GTID that its log skips or doesn't have. */
static int announce_mariadb(const struct tr_mysql_session *session,
                            const struct tr_mysql_dump *dump, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    tr_buf_init(&sql, COMMAND_MOST);
    tr_buf_text(&sql, "SET @mariadb_slave_capability = 4");
    if (dump->gtids) {
        tr_buf_text(&sql, ", @slave_gtid_strict_mode = 1, @slave_gtid_ignore_duplicates = 0,"
                          " @slave_connect_state = '");
        tr_mysql_gtids_print(dump->gtids, &sql);
        tr_buf_text(&sql, "'");
    }
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(diag);
    return tr_mysql_execute(session, tr_buf_string(&sql), diag);
}

static int set_read_timeout(const struct tr_mysql_session *session,
                            const struct tr_mysql_options *options, struct tr_diag *diag)
{
    char sql[80];

    if (!options->net_read_timeout_s)
        return 0;
    snprintf(sql, sizeof sql, "SET SESSION net_read_timeout = %" PRId64,
             options->net_read_timeout_s);
    return tr_mysql_execute(session, sql, diag);
}

static void write_by_gtids(const struct tr_mysql_dump *dump, unsigned flags, struct tr_buf *command)
{
    struct tr_buf set;

    tr_buf_init(&set, COMMAND_MOST);
    tr_mysql_gtids_encode(dump->gtids, &set);
    put(command, flags, 2);
    put(command, dump->server_id, 4);
    put(command, 0, 4); /* no file's name */
    put(command, LOG_BEGIN, 8);
    put(command, set.len, 4);
    tr_buf_put(command, set.data, set.len);
    command->failed |= !tr_buf_ok(&set);
    tr_buf_finish(&set);
}

static int write_by_place(const struct tr_mysql_dump *dump, unsigned flags, struct tr_buf *command,
                          struct tr_diag *diag)
{
    uint64_t pos = TR_MAX(dump->place->pos, LOG_BEGIN);

    if (pos > UINT32_MAX)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "the position %s:%" PRIu64 " is beyond 4 GiB, from where the server sends a "
                       "log only by GTIDs: turn gtid_mode on, or take a new snapshot with "
                       "snapshot.mode=when_needed",
                       dump->place->file, pos);
    put(command, pos, 4);
    put(command, flags, 2);
    put(command, dump->server_id, 4);
    tr_buf_text(command, dump->place->file);
    return 0;
}

static int send_command(const struct tr_mysql_session *session, const struct tr_mysql_dump *dump,
                        struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf command = {0};
    bool by_gtids = dump->gtids && !session->dialect.mariadb;
    unsigned flags = (dump->server_id ? 0 : FLAG_NON_BLOCK) | (dump->annotate ? FLAG_ANNOTATE : 0);
    static const struct tr_mysql_coordinates nowhere = {.file = ""};
    struct tr_mysql_dump from = *dump;

    tr_buf_init(&command, COMMAND_MOST);
    if (dump->gtids)
        from.place = &nowhere; /* MariaDB looks for the GTIDs */
    if (by_gtids)
        write_by_gtids(&from, flags, &command);
    else if (write_by_place(&from, flags, &command, diag) < 0)
        return -1;
    if (!tr_buf_ok(&command))
        return tr_fail_memory(diag);
    if (session->mysql->methods->db_command(session->mysql,
                                            by_gtids ? (enum enum_server_command)COMMAND_DUMP_GTID
                                                     : COM_BINLOG_DUMP,
                                            command.data, command.len, 1, NULL))
        return tr_mysql_fail(session, "cannot ask for the binary log", diag);
    return 0;
}

int tr_mysql_dump_start(const struct tr_mysql_session *session, const struct tr_mysql_dump *dump,
                        struct tr_diag *diag)
{
    int rc = announce(session, dump, diag);

    if (!rc && session->dialect.mariadb)
        rc = announce_mariadb(session, dump, diag);
    if (!rc)
        rc = set_read_timeout(session, &session->context->options->mysql, diag);
    return rc ? rc : send_command(session, dump, diag);
}

/* The server's reasons have one number and many texts. Only that another reader took our place is
 * told apart: it is the one that says so in all versions and languages of the client. */
static int fail_read(const struct tr_mysql_session *session, struct tr_diag *diag)
{
    const char *product = tr_mysql_product(session->context);
    const char *text = mysql_error(session->mysql);

    if (errno == ENOMEM) /* to the library an event that it has no room for is a lost connection */
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "out of memory for an event of %s's binary log",
                       product);
    if (mysql_errno(session->mysql) != ER_MASTER_FATAL_ERROR_READING_BINLOG)
        return tr_mysql_fail(session, "the binary log broke off", diag);
    if (strstr(text, "same server_uuid") || strstr(text, "same server_id"))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s ended the stream, because another reader has come with the same "
                       "database.server.id (%lld): give each a number of its own",
                       product, (long long)session->context->options->mysql.server_id);
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "%s can't send the binary log from here on: %s; if what is missing is gone for "
                   "good, set snapshot.mode=when_needed for a new snapshot",
                   product, text);
}

int tr_mysql_dump_read(const struct tr_mysql_session *session, struct tr_slice *ret_event,
                       struct tr_diag *diag)
{
    errno = 0;
    unsigned long n = mysql_net_read_packet(session->mysql);
    const unsigned char *packet = session->mysql->net.read_pos;

    if (n == packet_error)
        return fail_read(session, diag);
    if (n >= 1 && packet[0] == 0) {
        *ret_event = (struct tr_slice){(const char *)packet + 1, n - 1};
        return 0;
    }
    if (n >= 1 && packet[0] == 0xfe)
        return TR_MYSQL_DONE;
    return tr_fail(diag, TR_DATA, TR_STOP, "%s sent something else than events of its binary log",
                   tr_mysql_product(session->context));
}
