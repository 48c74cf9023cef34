/* Who a JAAS text (sasl.jaas.config) says we are, for clients that aren't Kafka's. */
#ifndef TR_KAFKA_JAAS_H
#define TR_KAFKA_JAAS_H

#include "base/arena.h"

/* The login module's username and password, in the arena. <0: the text has not both of them, or
 * there is no memory. */
int tr_kafka_jaas_login(const char *text, struct tr_arena *arena, char **ret_user,
                        char **ret_password) TR_MUSTCHECK;

#endif
