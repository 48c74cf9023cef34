/*
 * Sets of GTIDs, of both dialects.
 *
 * MySQL's is what it says: for each source (uuid, from 8.3 on with a tag) the numbers executed, as
 * intervals with holes: "uuid:1-5:7,uuid:tag:1-3". MariaDB's names for each domain the newest GTID:
 * "0-1-57,1-2-8", and everything before it in that domain is in the set. A number enters when its
 * transaction commits, never at its GTID event.
 *
 * Facts: MySQL manual, "GTID Format and Storage"; mysql-server sql/rpl_gtid_set.cc (the binary form
 * of COM_BINLOG_DUMP_GTID, with tags: libs/mysql/gtid/gtid_set encoding); MariaDB knowledge base,
 * "Global Transaction ID".
 */
#ifndef TR_SOURCE_MYSQL_GTID_H
#define TR_SOURCE_MYSQL_GTID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/slice.h"

#define TR_MYSQL_TAG_MOST  32 /* characters */
/* Room for one GTID as text. */
#define TR_MYSQL_GTID_TEXT (36 + 1 + TR_MYSQL_TAG_MOST + 1 + 20 + 1)

/* One transaction's. */
struct tr_mysql_gtid {
    bool mariadb;
    unsigned char uuid[16];          /* MySQL */
    char tag[TR_MYSQL_TAG_MOST + 1]; /* MySQL; "": none */
    uint32_t domain, server;         /* MariaDB */
    uint64_t number;
};

/* The text form; returns its length. */
size_t tr_mysql_gtid_print(const struct tr_mysql_gtid *gtid, char ret_text[TR_MYSQL_GTID_TEXT]);

struct tr_mysql_interval {
    uint64_t first, last; /* both in it */
};

/* The numbers of one source, sorted and apart from each other. */
struct tr_mysql_gtid_source {
    unsigned char uuid[16];
    char tag[TR_MYSQL_TAG_MOST + 1];
    uint32_t domain, server;
    struct tr_mysql_interval *intervals; /* MariaDB: one, from 0 to the newest */
    size_t count, room;
};

struct tr_mysql_gtids {
    bool mariadb;
    struct tr_mysql_gtid_source *sources; /* by uuid and tag, or domain */
    size_t count, room;
};

void tr_mysql_gtids_init(struct tr_mysql_gtids *set, bool mariadb);
void tr_mysql_gtids_finish(struct tr_mysql_gtids *set);
static inline bool tr_mysql_gtids_empty(const struct tr_mysql_gtids *set)
{
    return set->count == 0;
}

/* Add what a text names. Blanks and line breaks are skipped; uuids may come more than once. <0: not
 * a set of this dialect (TR_DATA), or no memory. */
int tr_mysql_gtids_parse(struct tr_mysql_gtids *set, struct tr_slice text,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* Append the canonical text. */
void tr_mysql_gtids_print(const struct tr_mysql_gtids *set, struct tr_buf *buf);

/* Make a copy; ret_set is to be finished. */
int tr_mysql_gtids_copy(const struct tr_mysql_gtids *set, struct tr_mysql_gtids *ret_set,
                        struct tr_diag *diag) TR_MUSTCHECK;

int tr_mysql_gtids_add(struct tr_mysql_gtids *set, const struct tr_mysql_gtid *gtid,
                       struct tr_diag *diag) TR_MUSTCHECK;
/* Add numbers of a source, which a GTID (whatever its number) names. */
int tr_mysql_gtids_add_interval(struct tr_mysql_gtids *set, const struct tr_mysql_gtid *source,
                                struct tr_mysql_interval interval,
                                struct tr_diag *diag) TR_MUSTCHECK;
bool tr_mysql_gtids_has(const struct tr_mysql_gtids *set, const struct tr_mysql_gtid *gtid);

/* Is every number of b in a? */
bool tr_mysql_gtids_contain(const struct tr_mysql_gtids *a, const struct tr_mysql_gtids *b);

/* set = set + other, set - other (MySQL's dialect; MariaDB's minus leaves the domains that are
 * further in set than in other). */
int tr_mysql_gtids_unite(struct tr_mysql_gtids *set, const struct tr_mysql_gtids *other,
                         struct tr_diag *diag) TR_MUSTCHECK;
int tr_mysql_gtids_subtract(struct tr_mysql_gtids *set, const struct tr_mysql_gtids *other,
                            struct tr_diag *diag) TR_MUSTCHECK;

/* How many transactions of other are not in set. */
uint64_t tr_mysql_gtids_missing(const struct tr_mysql_gtids *set,
                                const struct tr_mysql_gtids *other);

/* Append the binary form that COM_BINLOG_DUMP_GTID carries (MySQL). */
void tr_mysql_gtids_encode(const struct tr_mysql_gtids *set, struct tr_buf *buf);

#endif
