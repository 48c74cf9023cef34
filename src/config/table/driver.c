/* Properties of the JDBC drivers, which Debezium hands through and tailrace hasn't. Those that
 * decide what is connected to, and how safely, are refused with the property to use instead; the
 * others have no effect, which a warning says. Debezium hands on what begins with database., too:
 * of those the usual ones are here, because a pattern would take any misspelt property. */
#include "config/option-table.h"

#define REFUSED(of, text, instead, what)                                                           \
    {                                                                                              \
        .name = text, .readers = (of), .status = TR_OPTION_DEFAULT_ONLY,                           \
        .note = "it is the JDBC driver's; write " instead, .doc = what                             \
    }
#define NEEDLESS(of, text, why, what)                                                              \
    {                                                                                              \
        .name = text, .readers = (of), .status = TR_OPTION_INERT, .note = why, .doc = what         \
    }

#define MODE       "database.ssl.mode"
#define TRUST      "database.ssl.truststore, a file of certificates in PEM"
#define KEYS       "database.ssl.keystore, a file in PEM, and database.ssl.keystore.password"
#define STATEMENTS "database.initial.statements"
#define PG_TLS     "database.sslmode, database.sslrootcert, database.sslcert and database.sslkey"
#define UTC        "sessions have time_zone='+00:00', so that a TIMESTAMP is never shifted"

#define PUBLIC_KEY "the server is asked for its key where a password needs it"
#define ZERO_DATES "a date of zeros is null, or the epoch in a column that is NOT NULL"
#define UNICODE    "sessions have utf8mb4"

#define APPLICATION "the connector's name is the session's"
#define NO_PATH     "tables are always named with their schema"
#define PATIENCE    "a connection that fails is tried again"
#define QUERY_LIMIT "database.query.timeout.ms is the limit"

static const struct tr_option options[] = {
    REFUSED(TR_FOR_POSTGRES, "driver.ssl", PG_TLS, "TLS of the JDBC driver."),
    REFUSED(TR_FOR_POSTGRES, "driver.ssl*", PG_TLS, "The same."),
    REFUSED(TR_FOR_POSTGRES, "driver.options", STATEMENTS, "Settings of the server's session."),
    NEEDLESS(TR_FOR_POSTGRES, "driver.connectTimeout", PATIENCE, "How long connecting may take."),
    NEEDLESS(TR_FOR_POSTGRES, "driver.socketTimeout", QUERY_LIMIT, "How long reading may take."),
    NEEDLESS(TR_FOR_POSTGRES, "driver.tcpKeepAlive", "database.tcpKeepAlive decides",
             "Whether TCP keep-alive is on."),
    NEEDLESS(TR_FOR_POSTGRES, "driver.*", "tailrace connects through libpq, not through JDBC",
             "Any other property of the JDBC driver."),
    REFUSED(TR_FOR_POSTGRES, "database.options", STATEMENTS, "Settings of the server's session."),
    NEEDLESS(TR_FOR_POSTGRES, "database.ApplicationName", APPLICATION, "The session's name."),
    NEEDLESS(TR_FOR_POSTGRES, "database.currentSchema", NO_PATH, "The session's search_path."),
    NEEDLESS(TR_FOR_POSTGRES, "database.loginTimeout", PATIENCE, "How long logging in may take."),
    NEEDLESS(TR_FOR_POSTGRES, "database.connectTimeout", PATIENCE, "How long connecting may take."),
    NEEDLESS(TR_FOR_POSTGRES, "database.socketTimeout", QUERY_LIMIT, "How long reading may take."),
    REFUSED(TR_FOR_BINLOG, "driver.sslMode", MODE, "TLS of the JDBC driver."),
    REFUSED(TR_FOR_BINLOG, "driver.useSSL", MODE, "The same, by an older name."),
    REFUSED(TR_FOR_BINLOG, "driver.requireSSL", MODE, "The same."),
    REFUSED(TR_FOR_BINLOG, "driver.verifyServerCertificate", MODE, "The same."),
    REFUSED(TR_FOR_BINLOG, "driver.trustCertificateKeyStore*", TRUST, "Whom the driver trusts."),
    REFUSED(TR_FOR_BINLOG, "driver.trustStor*", TRUST, "Whom MariaDB's driver trusts."),
    REFUSED(TR_FOR_BINLOG, "driver.serverSslCert", TRUST, "The same."),
    REFUSED(TR_FOR_BINLOG, "driver.clientCertificateKeyStore*", KEYS,
            "The driver's own certificate."),
    REFUSED(TR_FOR_BINLOG, "driver.keyStor*", KEYS, "The own certificate of MariaDB's driver."),
    REFUSED(TR_FOR_BINLOG, "driver.sessionVariables", STATEMENTS,
            "Settings of the server's session."),
    NEEDLESS(TR_FOR_BINLOG, "driver.connectionTimeZone", UTC, "The server's time zone."),
    NEEDLESS(TR_FOR_BINLOG, "driver.serverTimezone", UTC, "The same, by an older name."),
    NEEDLESS(TR_FOR_BINLOG, "driver.forceConnectionTimeZoneToSession", UTC,
             "Whether the session gets that time zone."),
    NEEDLESS(TR_FOR_BINLOG, "driver.allowPublicKeyRetrieval", PUBLIC_KEY,
             "Whether the server may be asked for its public key."),
    NEEDLESS(TR_FOR_BINLOG, "driver.connectTimeout", "connect.timeout.ms is the limit",
             "How long connecting may take."),
    NEEDLESS(TR_FOR_BINLOG, "driver.socketTimeout", QUERY_LIMIT, "How long reading may take."),
    NEEDLESS(TR_FOR_BINLOG, "driver.zeroDateTimeBehavior", ZERO_DATES, "What a date of zeros is."),
    NEEDLESS(TR_FOR_BINLOG, "driver.tinyInt1isBit", "a TINYINT(1) is a number",
             "What a TINYINT(1) is."),
    REFUSED(TR_FOR_BINLOG, "database.useSSL", MODE, "TLS of the JDBC driver."),
    REFUSED(TR_FOR_BINLOG, "database.requireSSL", MODE, "The same."),
    REFUSED(TR_FOR_BINLOG, "database.sessionVariables", STATEMENTS,
            "Settings of the server's session."),
    NEEDLESS(TR_FOR_BINLOG, "database.serverTimezone", UTC, "The server's time zone."),
    NEEDLESS(TR_FOR_BINLOG, "database.allowPublicKeyRetrieval", PUBLIC_KEY,
             "Whether the server may be asked for its public key."),
    NEEDLESS(TR_FOR_BINLOG, "database.useUnicode", UNICODE, "Whether texts are Unicode."),
    NEEDLESS(TR_FOR_BINLOG, "database.characterEncoding", UNICODE, "The session's encoding."),
    NEEDLESS(TR_FOR_BINLOG, "database.zeroDateTimeBehavior", ZERO_DATES,
             "What a date of zeros is."),
    NEEDLESS(TR_FOR_BINLOG, "driver.*", "tailrace connects through libmariadb, not through JDBC",
             "Any other property of the JDBC driver."),
};

const struct tr_option_group tr_options_driver = {
    .title = "Properties of the JDBC drivers", .readers = TR_FOR_DATABASES, TR_OPTIONS(options)};
