#include "source/postgres/failure.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct verdict {
    const char *state; /* the beginning of a SQLSTATE, or a part of libpq's own message */
    enum tr_class cls;
    enum tr_reaction reaction;
    const char *cure; /* "" when the message says enough */
};

/* The first entry that fits counts. */
static const struct verdict by_state[] = {
    {"28P01", TR_AUTH, TR_STOP, "; correct database.user and database.password"},
    {"28000", TR_AUTH, TR_STOP,
     "; add a line for this user, database and address to the server's pg_hba.conf (or correct "
     "database.user, database.sslmode, database.sslcert)"},
    {"28", TR_AUTH, TR_STOP, "; correct database.user and database.password"},
    {"3D000", TR_CONFIG, TR_STOP, "; correct database.dbname"},
    {"42501", TR_AUTH, TR_STOP, ""},
    {"53300", TR_RESOURCE, TR_RETRY, ""},
    {"53", TR_RESOURCE, TR_RETRY, ""},
    {"57014", TR_RESOURCE, TR_RETRY, "; raise database.query.timeout.ms if it takes longer"},
    {"57", TR_NETWORK, TR_RETRY, ""},
    {"08", TR_NETWORK, TR_RETRY, ""},
    {"40", TR_RESOURCE, TR_RETRY, ""},
    {"55006", TR_RESOURCE, TR_RETRY, ""},
    {"55P03", TR_RESOURCE, TR_RETRY,
     "; another session's lock lasts longer than snapshot.lock.timeout.ms"},
    /* what we were to define, someone else has just defined: the next try finds it */
    {"42710", TR_RESOURCE, TR_RETRY, ""},
    {"23505", TR_RESOURCE, TR_RETRY, ""},
    {"22", TR_DATA, TR_STOP, ""},
    {"42", TR_SCHEMA, TR_STOP, ""},
    {"", TR_DATA, TR_STOP, ""},
};

/* What libpq says by itself has no SQLSTATE. */
static const struct verdict by_text[] = {
    {"no password supplied", TR_AUTH, TR_STOP, "; set database.password"},
    {"does not match host name", TR_AUTH, TR_STOP,
     "; use the name that the server's certificate is for as database.hostname"},
    {"certificate", TR_AUTH, TR_STOP,
     "; check database.sslmode, database.sslrootcert and the server's certificate"},
    {"private key", TR_AUTH, TR_STOP, "; check database.sslkey and database.sslpassword"},
    {"tlsv1 alert", TR_AUTH, TR_STOP, "; check database.sslcert and database.sslkey"},
    {"does not support SSL", TR_CONFIG, TR_STOP,
     "; set database.sslmode=disable or turn ssl on at the server"},
    {"SSL was required", TR_CONFIG, TR_STOP,
     "; set database.sslmode=disable or turn ssl on at the server"},
    {"sslmode", TR_CONFIG, TR_STOP, "; correct database.sslmode"},
    {"authentication", TR_AUTH, TR_STOP, ""},
    {"SCRAM", TR_AUTH, TR_STOP, ""},
    {"", TR_NETWORK, TR_RETRY,
     "; check that the server runs, and database.hostname and database.port"},
};

static const struct verdict *verdict_of_state(const char *state)
{
    const struct verdict *verdict = by_state;

    while (strncmp(state, verdict->state, strlen(verdict->state)) != 0)
        verdict++;
    return verdict;
}

static const struct verdict *verdict_of_text(const char *text)
{
    const struct verdict *verdict = by_text;

    while (!strstr(text, verdict->state))
        verdict++;
    return verdict;
}

void tr_pg_one_line(const char *text, char *ret_line, size_t size)
{
    size_t n = 0;

    while (*text && n + 2 < size) {
        text += strspn(text, " \t");
        size_t line = strcspn(text, "\n");
        /* verbose messages name the place in the server's source, which helps nobody here; and the
         * question is one that our own advice answers */
        if (line && strncmp(text, "LOCATION:", 9) != 0 &&
            strncmp(text, "Is the server running", 21) != 0)
            n += (size_t)snprintf(ret_line + n, size - n, "%s%.*s", n ? "; " : "", (int)line, text);
        n = TR_MIN(n, size - 1);
        text += line + (text[line] == '\n');
    }
    ret_line[n] = '\0';
}

/* In verbose text the SQLSTATE stands between two blanks and a colon: "FATAL:  28P01: …". Cuts it
 * out of the line; false when there is none. */
static bool take_state(char *line, char ret_state[6])
{
    for (char *p = strstr(line, ":  "); p; p = strstr(p + 1, ":  ")) {
        char *code = p + 3;
        size_t n = 0;
        while (n < 5 && (isdigit((unsigned char)code[n]) || isupper((unsigned char)code[n])))
            n++;
        if (n < 5 || code[5] != ':' || code[6] != ' ')
            continue;
        memcpy(ret_state, code, 5);
        ret_state[5] = '\0';
        memmove(code, code + 7, strlen(code + 7) + 1);
        return true;
    }
    return false;
}

int tr_pg_fail_connect(const struct tr_pg_session *session, struct tr_diag *diag)
{
    const struct tr_postgres_options *options = &session->context->options->postgres;
    const char *text = PQerrorMessage(session->conn), *next = text;
    char line[1024], state[6];

    /* with several addresses, or TLS and then none, the last try says most */
    while ((next = strstr(next, "connection to server"))) {
        text = next;
        next++;
    }
    tr_pg_one_line(text, line, sizeof line);
    bool refused = take_state(line, state);
    const struct verdict *verdict = refused ? verdict_of_state(state) : verdict_of_text(line);
    const char *cure = verdict->cure;
    if (refused && strcmp(state, "42501") == 0)
        cure = "; a superuser can grant what is missing: ALTER ROLE … REPLICATION or GRANT "
               "CONNECT ON DATABASE … TO …";
    return tr_fail(diag, verdict->cls, verdict->reaction,
                   "cannot connect to database \"%s\" as user \"%s\": %s%s", options->dbname,
                   options->user, line[0] ? line : "no answer", cure);
}

int tr_pg_fail_result(const struct tr_pg_session *session, const PGresult *result, const char *what,
                      struct tr_diag *diag)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *hint = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_HINT) : NULL;
    char line[1024], advice[256];

    if (!state) {
        tr_pg_one_line(PQerrorMessage(session->conn), line, sizeof line);
        return tr_fail(diag, TR_NETWORK, TR_RETRY, "%s: %s", what,
                       line[0] ? line : "the connection to PostgreSQL is lost");
    }
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const struct verdict *verdict = verdict_of_state(state);
    tr_pg_one_line(message ? message : "", line, sizeof line);
    tr_pg_one_line(hint ? hint : "", advice, sizeof advice);
    return tr_fail(diag, verdict->cls, verdict->reaction, "%s: %s%s%s (SQLSTATE %s)%s", what, line,
                   advice[0] ? "; " : "", advice, state, verdict->cure);
}

bool tr_pg_state_is(const PGresult *result, const char *state)
{
    const char *field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return field && strcmp(field, state) == 0;
}
