/* What the files of registry/ share. */
#ifndef TR_ENCODE_REGISTRY_REGISTRY_IMPL_H
#define TR_ENCODE_REGISTRY_REGISTRY_IMPL_H

#include <pthread.h>

#include "encode/registry.h"
#include "encode/registry/http.h"

struct tr_registry {
    const struct tr_converter_options *options;
    const char *side; /* "key.converter" or "value.converter", for messages */
    bool key;
    int (*ask)(struct tr_registry_entry *entry, uint64_t *ret_id, struct tr_diag *diag);
    int (*fetch)(struct tr_registry_entry *entry, uint64_t id, json_t **ret_schema,
                 struct tr_diag *diag);
    struct tr_http *http;
    struct tr_arena arena;
    pthread_mutex_t lock;
    struct tr_registry_entry *entries;
};

/* The two APIs: the id of the entry's schema. */
int tr_registry_confluent(struct tr_registry_entry *entry, uint64_t *ret_id,
                          struct tr_diag *diag) TR_MUSTCHECK;
int tr_registry_apicurio(struct tr_registry_entry *entry, uint64_t *ret_id,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* And the other way round: the schema that the registry has under an id. >0: none. */
int tr_registry_confluent_fetch(struct tr_registry_entry *entry, uint64_t id, json_t **ret_schema,
                                struct tr_diag *diag) TR_MUSTCHECK;
int tr_registry_apicurio_fetch(struct tr_registry_entry *entry, uint64_t id, json_t **ret_schema,
                               struct tr_diag *diag) TR_MUSTCHECK;

/* Send a request about an entry. 0 and the answer's JSON (NULL where it is none), which the caller
 * drops; >0: there is no such thing (HTTP 404); <0: refused, or not to be reached. */
int tr_registry_call(struct tr_registry_entry *entry, const struct tr_http_request *request,
                     json_t **ret_json, struct tr_diag *diag) TR_MUSTCHECK;

/* The registry's schema (its text) has to have the shape of ours. */
int tr_registry_compare(const struct tr_registry_entry *entry, const char *text,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* A number of an answer. */
int tr_registry_number(const struct tr_registry_entry *entry, const json_t *json, const char *name,
                       uint64_t *ret_number, struct tr_diag *diag) TR_MUSTCHECK;

/* The schema isn't there, and may not be registered. */
int tr_registry_missing(const struct tr_registry_entry *entry, const char *property,
                        struct tr_diag *diag);

#endif
