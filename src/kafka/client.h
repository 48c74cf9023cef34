/*
 * A librdkafka client with its logs and errors tied to ours.
 *
 * librdkafka answers most failures by trying again for ever, and tells of them only in callbacks. A
 * client remembers what the callbacks said; a tr_kafka_wait bounds everything that waits for a
 * broker: by a deadline, by the connector's wish to stop, and by the errors that no waiting cures
 * (a wrong password, a certificate that doesn't verify).
 */
#ifndef TR_KAFKA_CLIENT_H
#define TR_KAFKA_CLIENT_H

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/log.h"

/* One look at the broker's answer, and how long a call goes on once stopping was asked for. */
#define TR_KAFKA_SLICE_MS 100
#define TR_KAFKA_GRACE_MS 5000

struct tr_kafka_client_params {
    const struct tr_log *log; /* borrowed */
    const char *servers;      /* bootstrap.servers, for messages; borrowed */
    bool (*stopping)(void *context);
    void *context;
    void *owner; /* for the callbacks that the owner put into the configuration */
};

struct tr_kafka_client {
    rd_kafka_t *rk;
    struct tr_kafka_client_params params;

    bool answered;               /* a broker has let us in: what fails from now on may pass */
    rd_kafka_resp_err_t refused; /* TLS or SASL said no before */
    bool starved;                /* no thread for one of the brokers: that one is never asked */
    char last_error[512];

    pthread_mutex_t lock; /* guards the rest: log lines come on librdkafka's threads */
    char transaction_error[512];
    char certificate_error[128]; /* why TLS refused the broker's; librdkafka doesn't tell */
    int64_t window_us;           /* start of the rate limit's window */
    unsigned logged, suppressed;
};

/* Takes the configuration, whatever comes of it. Connects in the background. */
int tr_kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                        const struct tr_kafka_client_params *params,
                        struct tr_kafka_client **ret_client, struct tr_diag *diag) TR_MUSTCHECK;
/* What a producer has not sent yet is dropped; what is under way is awaited for a second. */
void tr_kafka_client_free(struct tr_kafka_client *client);

/* Why the transaction at hand has failed, when its messages only say that they were purged. */
void tr_kafka_client_transaction_error(struct tr_kafka_client *client, char *ret_text, size_t size);

/* Set a property that tailrace decides itself. */
int tr_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value,
                 struct tr_diag *diag) TR_MUSTCHECK;
int tr_kafka_set_int(rd_kafka_conf_t *conf, const char *name, int64_t value,
                     struct tr_diag *diag) TR_MUSTCHECK;

/* <0: a librdkafka known to lose or corrupt data. */
int tr_kafka_version_check(struct tr_diag *diag) TR_MUSTCHECK;
/* What a newer librdkafka would do better, or NULL. */
const char *tr_kafka_version_advice(void);

struct tr_kafka_wait {
    struct tr_kafka_client *client;
    const char *what;   /* "… while <what>" */
    int64_t until_us;   /* INT64_MAX: no deadline */
    int64_t contact_us; /* a broker that nobody has found by then is given up; 0: until_us counts */
    bool stopping;
};

/* How long one question may take altogether, and how long it may take to find who answers, ms. A
 * broker that takes the connection and has no answer yet is there, and busy. */
#define TR_KAFKA_ADMIN_MS   30000
#define TR_KAFKA_CONTACT_MS 10000

/* timeout_ms < 0: no deadline but the wish to stop. */
void tr_kafka_wait_begin(struct tr_kafka_wait *wait, struct tr_kafka_client *client,
                         const char *what, int timeout_ms);

/* For what may be a client's first question. */
void tr_kafka_wait_contact(struct tr_kafka_wait *wait, struct tr_kafka_client *client,
                           const char *what);

/* Serves the callbacks. 0: wait on; <0: it is enough. */
int tr_kafka_wait_more(struct tr_kafka_wait *wait, struct tr_diag *diag) TR_MUSTCHECK;

#endif
