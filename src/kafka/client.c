#include "kafka/client.h"

#include <inttypes.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kafka/error.h"

/* A cluster that is down makes librdkafka write a line per broker and attempt. */
#define WINDOW_US  10000000
#define WINDOW_MAX 10

/* A connection that is dead answers nothing, however long one waits. */
#define SETTLE_US 1000000

#define MORE_MEMORY                                                                                \
    "give the process more memory or threads (ulimit -v, ulimit -u, MemoryMax=, TasksMax=)"

/* Our settings that librdkafka warns about because it thinks they belong to the other client type:
 * see producer.c. */
static bool is_known_warning(const char *facility, const char *text)
{
    return strcmp(facility, "CONFWARN") == 0 &&
           (strstr(text, "allow.auto.create.topics") || strstr(text, "isolation.level"));
}

/* True if this line may be written; *ret_suppressed: how many were not, since the last one. */
static bool may_log(struct tr_kafka_client *client, unsigned *ret_suppressed)
{
    int64_t now = tr_clock_monotonic_us();
    bool may = true;

    *ret_suppressed = 0;
    pthread_mutex_lock(&client->lock);
    if (now - client->window_us >= WINDOW_US) {
        client->window_us = now;
        client->logged = 0;
        *ret_suppressed = client->suppressed;
        client->suppressed = 0;
    }
    if (client->logged < WINDOW_MAX) {
        client->logged++;
    } else {
        client->suppressed++;
        may = false;
    }
    pthread_mutex_unlock(&client->lock);
    return may;
}

static void log_line(struct tr_kafka_client *client, enum tr_log_level level, const char *text)
{
    unsigned suppressed;

    if (!may_log(client, &suppressed))
        return;
    if (suppressed)
        tr_log_write(client->params.log, level, "Kafka client",
                     (struct tr_log_field[]){
                         TR_LOG_STR("detail", text), TR_LOG_INT("suppressed", suppressed), {0}});
    else
        tr_log_write(client->params.log, level, "Kafka client",
                     (struct tr_log_field[]){TR_LOG_STR("detail", text), {0}});
}

/* On any of librdkafka's threads. Its "error" is at most a warning of ours: the connector decides
 * what has failed. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    struct tr_kafka_client *client = rd_kafka_opaque(rk);

    if (!client || is_known_warning(facility, text))
        return;
    if (strcmp(facility, "TXNERR") == 0) {
        pthread_mutex_lock(&client->lock);
        snprintf(client->transaction_error, sizeof client->transaction_error, "%s", text);
        pthread_mutex_unlock(&client->lock);
    }
    log_line(client, level <= 4 ? TR_LOG_WARN : level <= 6 ? TR_LOG_INFO : TR_LOG_DEBUG, text);
}

/* The broker has refused our certificate, or that we show none: with TLS 1.3 this comes after the
 * handshake, and librdkafka takes it for a lost connection. Alerts 42 to 49 and 116 are about
 * certificates (RFC 8446, 6). */
static bool is_certificate_alert(const char *reason)
{
    const char *text = strstr(reason, "SSL alert number ");
    long number = text ? strtol(text + strlen("SSL alert number "), NULL, 10) : 0;

    return (number >= 42 && number <= 49) || number == 116;
}

/* Inside rd_kafka_poll. */
static void on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    struct tr_kafka_client *client = opaque;
    rd_kafka_resp_err_t error = (rd_kafka_resp_err_t)code;

    (void)rk;
    /* "all brokers down" only sums up what was said before */
    if (error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || !client->last_error[0]) {
        /* what follows counts milliseconds and repetitions */
        const char *end = strstr(reason, " (after ");
        size_t n = end ? (size_t)(end - reason) : strlen(reason);
        snprintf(client->last_error, sizeof client->last_error, "%.*s", (int)n, reason);
    }
    if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL)
        client->refused = error;
    else if (is_certificate_alert(reason))
        client->refused = RD_KAFKA_RESP_ERR__SSL;
    else if (error == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
        client->starved = true;
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        log_line(client, TR_LOG_WARN, reason);
}

/* On a broker's thread, for each certificate of its chain, with OpenSSL's verdict: which stays. */
static int on_certificate(rd_kafka_t *rk, const char *broker, int32_t id, int *error, int depth,
                          const char *bytes, size_t size, char *text, size_t text_size,
                          void *opaque)
{
    struct tr_kafka_client *client = opaque;

    (void)rk, (void)broker, (void)id, (void)depth, (void)bytes, (void)size;
    if (*error == X509_V_OK)
        return 1;
    const char *reason = *error == X509_V_ERR_IP_ADDRESS_MISMATCH
                             ? "it is for another host (IP address mismatch)"
                             : X509_verify_cert_error_string(*error);
    snprintf(text, text_size, "%s", reason);
    pthread_mutex_lock(&client->lock);
    snprintf(client->certificate_error, sizeof client->certificate_error, "%s", reason);
    pthread_mutex_unlock(&client->lock);
    return 0;
}

static int not_made(const char *error, struct tr_diag *diag)
{
    if (rd_kafka_last_error() == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no Kafka client: %s; " MORE_MEMORY, error);
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "librdkafka refuses the Kafka client's configuration: %s", error);
}

int tr_kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                        const struct tr_kafka_client_params *params,
                        struct tr_kafka_client **ret_client, struct tr_diag *diag)
{
    char error[512];
    struct tr_kafka_client *client = calloc(1, sizeof *client);

    if (!client) {
        rd_kafka_conf_destroy(conf);
        return tr_fail_memory(diag);
    }
    client->params = *params;
    pthread_mutex_init(&client->lock, NULL);
    rd_kafka_conf_set_opaque(conf, client);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
    client->rk = rd_kafka_new(type, conf, error, sizeof error);
    if (!client->rk) {
        int rc = not_made(error, diag);
        rd_kafka_conf_destroy(conf);
        tr_kafka_client_free(client);
        return rc;
    }
    *ret_client = client;
    return 0;
}

/* Nothing may be under way when a producer is destroyed: librdkafka (2.0 to 2.12) frees the text of
 * a transaction's error before its threads end, and an answer that comes in between, to one that
 * was fenced, has it freed again. */
static void settle(rd_kafka_t *rk)
{
    int64_t end_us = tr_clock_monotonic_us() + SETTLE_US;

    while (rd_kafka_outq_len(rk) && tr_clock_monotonic_us() < end_us) {
        rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE);
        rd_kafka_flush(rk, TR_KAFKA_SLICE_MS);
    }
}

void tr_kafka_client_free(struct tr_kafka_client *client)
{
    if (!client)
        return;
    if (client->rk && rd_kafka_type(client->rk) == RD_KAFKA_PRODUCER)
        settle(client->rk);
    if (client->rk)
        rd_kafka_destroy(client->rk);
    pthread_mutex_destroy(&client->lock);
    free(client);
}

void tr_kafka_client_transaction_error(struct tr_kafka_client *client, char *ret_text, size_t size)
{
    pthread_mutex_lock(&client->lock);
    snprintf(ret_text, size, "%s", client->transaction_error);
    pthread_mutex_unlock(&client->lock);
}

int tr_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value, struct tr_diag *diag)
{
    char error[512];

    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) == RD_KAFKA_CONF_OK)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP, "librdkafka refuses %s=%s: %s", name, value, error);
}

int tr_kafka_set_int(rd_kafka_conf_t *conf, const char *name, int64_t value, struct tr_diag *diag)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    return tr_kafka_set(conf, name, text, diag);
}

int tr_kafka_version_check(struct tr_diag *diag)
{
    int version = rd_kafka_version();

    if (version < 0x02000000)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "librdkafka %s can lose messages of a transaction; install 2.10.1 or newer",
                       rd_kafka_version_str());
    if (version >= 0x02020000 && version < 0x02050300)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "librdkafka %s can't repeat a batch unchanged after an error (2.2.0 to "
                       "2.5.2); install 2.10.1 or newer",
                       rd_kafka_version_str());
    return 0;
}

const char *tr_kafka_version_advice(void)
{
    return rd_kafka_version() < 0x02030000
               ? "after a broker's failure it may need a new start of the connector, which 2.10.1 "
                 "and newer don't"
               : NULL;
}

void tr_kafka_wait_begin(struct tr_kafka_wait *wait, struct tr_kafka_client *client,
                         const char *what, int timeout_ms)
{
    *wait = (struct tr_kafka_wait){.client = client, .what = what, .until_us = INT64_MAX};
    if (timeout_ms >= 0)
        wait->until_us = tr_clock_monotonic_us() + (int64_t)timeout_ms * 1000;
}

void tr_kafka_wait_contact(struct tr_kafka_wait *wait, struct tr_kafka_client *client,
                           const char *what)
{
    tr_kafka_wait_begin(wait, client, what, TR_KAFKA_ADMIN_MS);
    if (!client->answered)
        wait->contact_us = tr_clock_monotonic_us() + (int64_t)TR_KAFKA_CONTACT_MS * 1000;
}

static int too_long(const struct tr_kafka_wait *wait, struct tr_diag *diag)
{
    struct tr_kafka_client *client = wait->client;
    const char *last = client->last_error;

    return tr_fail(diag, TR_NETWORK, TR_RETRY, "%s Kafka (bootstrap.servers=%s) while %s%s%s%s",
                   wait->stopping ? "stopped before an answer of" : "no answer from",
                   client->params.servers, wait->what, last[0] ? ": " : "", last,
                   client->answered ? "" : "; check that a broker listens there");
}

/* What no waiting cures. */
static int refused(struct tr_kafka_wait *wait, struct tr_diag *diag)
{
    struct tr_kafka_client *client = wait->client;
    char certificate[sizeof client->certificate_error];

    pthread_mutex_lock(&client->lock);
    memcpy(certificate, client->certificate_error, sizeof certificate);
    pthread_mutex_unlock(&client->lock);
    if (certificate[0])
        return tr_fail(diag, TR_AUTH, TR_STOP,
                       "the certificate of Kafka (bootstrap.servers=%s) is refused: %s; check "
                       "ssl.truststore.location, and the names that bootstrap.servers and the "
                       "brokers' advertised.listeners give",
                       client->params.servers, certificate);
    return tr_fail(diag, TR_AUTH, TR_STOP,
                   "Kafka (bootstrap.servers=%s) can't be used while %s: %s; check %s",
                   client->params.servers, wait->what, client->last_error,
                   client->refused == RD_KAFKA_RESP_ERR__SSL
                       ? "security.protocol, ssl.keystore.location and the other ssl.* properties"
                       : "sasl.mechanism and sasl.jaas.config");
}

int tr_kafka_wait_more(struct tr_kafka_wait *wait, struct tr_diag *diag)
{
    struct tr_kafka_client *client = wait->client;
    int64_t now = tr_clock_monotonic_us();

    rd_kafka_poll(client->rk, 0);
    if (client->refused && !client->answered)
        return refused(wait, diag);
    if (client->starved)
        return tr_fail(
            diag, TR_RESOURCE, TR_RETRY,
            "no thread for a broker of Kafka (bootstrap.servers=%s) while %s; " MORE_MEMORY,
            client->params.servers, wait->what);
    if (!wait->stopping && client->params.stopping(client->params.context)) {
        /* only a producer may have something to bring to an end */
        int64_t grace_ms = rd_kafka_type(client->rk) == RD_KAFKA_PRODUCER ? TR_KAFKA_GRACE_MS : 0;
        wait->stopping = true;
        wait->until_us = TR_MIN(wait->until_us, now + grace_ms * 1000);
    }
    if (wait->contact_us && client->last_error[0])
        wait->until_us = TR_MIN(wait->until_us, wait->contact_us);
    return now < wait->until_us ? 0 : too_long(wait, diag);
}
