/* Properties of the JDBC drivers, which Debezium hands through and tailrace hasn't. Those that
 * decide what is connected to, and how safely, are refused with the property to use instead; the
 * others have no effect, which a warning says. */
#include "config/option-table.h"

#define REFUSED(of, text, instead, what)                                                           \
    {                                                                                              \
        .name = "driver." text, .readers = (of), .status = TR_OPTION_DEFAULT_ONLY,                 \
        .note = "it is the JDBC driver's; write " instead, .doc = what                             \
    }
#define NEEDLESS(of, text, why, what)                                                              \
    {                                                                                              \
        .name = "driver." text, .readers = (of), .status = TR_OPTION_INERT, .note = why,           \
        .doc = what                                                                                \
    }

#define MODE       "database.ssl.mode"
#define TRUST      "database.ssl.truststore, a file of certificates in PEM"
#define KEYS       "database.ssl.keystore, a file in PEM, and database.ssl.keystore.password"
#define STATEMENTS "database.initial.statements"
#define PG_TLS     "database.sslmode, database.sslrootcert, database.sslcert and database.sslkey"
#define UTC        "sessions have time_zone='+00:00', so that a TIMESTAMP is never shifted"

static const struct tr_option options[] = {
    REFUSED(TR_FOR_POSTGRES, "ssl*", PG_TLS, "TLS of the JDBC driver."),
    REFUSED(TR_FOR_POSTGRES, "options", STATEMENTS, "Settings of the server's session."),
    NEEDLESS(TR_FOR_POSTGRES, "connectTimeout",
             "a connection is tried for a few seconds, and again", "How long connecting may take."),
    NEEDLESS(TR_FOR_POSTGRES, "socketTimeout", "database.query.timeout.ms is the limit",
             "How long reading may take."),
    NEEDLESS(TR_FOR_POSTGRES, "tcpKeepAlive", "database.tcpKeepAlive decides",
             "Whether TCP keep-alive is on."),
    NEEDLESS(TR_FOR_POSTGRES, "*", "tailrace connects through libpq, not through JDBC",
             "Any other property of the JDBC driver."),
    REFUSED(TR_FOR_BINLOG, "sslMode", MODE, "TLS of the JDBC driver."),
    REFUSED(TR_FOR_BINLOG, "useSSL", MODE, "The same, by an older name."),
    REFUSED(TR_FOR_BINLOG, "requireSSL", MODE, "The same."),
    REFUSED(TR_FOR_BINLOG, "verifyServerCertificate", MODE, "The same."),
    REFUSED(TR_FOR_BINLOG, "trustCertificateKeyStore*", TRUST, "Whom the driver trusts."),
    REFUSED(TR_FOR_BINLOG, "trustStore*", TRUST, "Whom MariaDB's driver trusts."),
    REFUSED(TR_FOR_BINLOG, "serverSslCert", TRUST, "The same."),
    REFUSED(TR_FOR_BINLOG, "clientCertificateKeyStore*", KEYS, "The driver's own certificate."),
    REFUSED(TR_FOR_BINLOG, "keyStore*", KEYS, "The own certificate of MariaDB's driver."),
    REFUSED(TR_FOR_BINLOG, "sessionVariables", STATEMENTS, "Settings of the server's session."),
    NEEDLESS(TR_FOR_BINLOG, "connectionTimeZone", UTC, "The server's time zone."),
    NEEDLESS(TR_FOR_BINLOG, "serverTimezone", UTC, "The same, by an older name."),
    NEEDLESS(TR_FOR_BINLOG, "forceConnectionTimeZoneToSession", UTC,
             "Whether the session gets that time zone."),
    NEEDLESS(TR_FOR_BINLOG, "allowPublicKeyRetrieval",
             "the server is asked for its key where a password needs it",
             "Whether the server may be asked for its public key."),
    NEEDLESS(TR_FOR_BINLOG, "connectTimeout", "connect.timeout.ms is the limit",
             "How long connecting may take."),
    NEEDLESS(TR_FOR_BINLOG, "socketTimeout", "database.query.timeout.ms is the limit",
             "How long reading may take."),
    NEEDLESS(TR_FOR_BINLOG, "zeroDateTimeBehavior",
             "a date of zeros is null, or the epoch in a column that is NOT NULL",
             "What a date of zeros is."),
    NEEDLESS(TR_FOR_BINLOG, "tinyInt1isBit", "a TINYINT(1) is a number", "What a TINYINT(1) is."),
    NEEDLESS(TR_FOR_BINLOG, "*", "tailrace connects through libmariadb, not through JDBC",
             "Any other property of the JDBC driver."),
};

const struct tr_option_group tr_options_driver = {
    .title = "Properties of the JDBC drivers", .readers = TR_FOR_DATABASES, TR_OPTIONS(options)};
