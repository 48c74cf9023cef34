#include "source/mysql/gtid.h"

#include <stdlib.h>
#include <string.h>

/* No server has more; what does is no set. */
#define MOST ((size_t)1 << 24)

void tr_mysql_gtids_init(struct tr_mysql_gtids *set, bool mariadb)
{
    *set = (struct tr_mysql_gtids){.mariadb = mariadb};
}

void tr_mysql_gtids_finish(struct tr_mysql_gtids *set)
{
    for (size_t i = 0; i < set->count; i++)
        free(set->sources[i].intervals);
    free(set->sources);
    *set = (struct tr_mysql_gtids){.mariadb = set->mariadb};
}

/* Make room for one more in an array; NULL: none. */
static void *grow(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t wanted = *room ? *room * 2 : 4;
    void *more = wanted <= MOST ? reallocarray(items, wanted, size) : NULL;
    if (more)
        *room = wanted;
    return more;
}

/* By uuid and tag, or by domain. */
static int compare(const struct tr_mysql_gtid_source *source, const struct tr_mysql_gtid *gtid)
{
    if (gtid->mariadb)
        return (source->domain > gtid->domain) - (source->domain < gtid->domain);
    int order = memcmp(source->uuid, gtid->uuid, sizeof source->uuid);
    return order ? order : strcmp(source->tag, gtid->tag);
}

/* The place of the source of a GTID, or where it would be. */
static size_t find(const struct tr_mysql_gtids *set, const struct tr_mysql_gtid *gtid,
                   bool *ret_there)
{
    size_t from = 0, to = set->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = compare(&set->sources[middle], gtid);
        if (order == 0) {
            *ret_there = true;
            return middle;
        }
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    *ret_there = false;
    return from;
}

static struct tr_mysql_gtid gtid_of(const struct tr_mysql_gtids *set,
                                    const struct tr_mysql_gtid_source *source)
{
    struct tr_mysql_gtid gtid = {
        .mariadb = set->mariadb, .domain = source->domain, .server = source->server};

    memcpy(gtid.uuid, source->uuid, sizeof gtid.uuid);
    memcpy(gtid.tag, source->tag, sizeof gtid.tag);
    return gtid;
}

static const struct tr_mysql_gtid_source *look_up(const struct tr_mysql_gtids *set,
                                                  const struct tr_mysql_gtid *gtid)
{
    bool there;
    size_t place = find(set, gtid, &there);
    return there ? &set->sources[place] : NULL;
}

/* The source of a GTID, made if it isn't there; NULL: no memory. */
static struct tr_mysql_gtid_source *source_for(struct tr_mysql_gtids *set,
                                               const struct tr_mysql_gtid *gtid)
{
    bool there;
    size_t place = find(set, gtid, &there);

    if (there)
        return &set->sources[place];
    struct tr_mysql_gtid_source *sources =
        grow(set->sources, set->count, &set->room, sizeof *sources);
    if (!sources)
        return NULL;
    set->sources = sources;
    memmove(&sources[place + 1], &sources[place], (set->count - place) * sizeof *sources);
    set->count++;
    sources[place] = (struct tr_mysql_gtid_source){.domain = gtid->domain, .server = gtid->server};
    memcpy(sources[place].uuid, gtid->uuid, sizeof gtid->uuid);
    memcpy(sources[place].tag, gtid->tag, sizeof gtid->tag);
    return &sources[place];
}

/* The first interval that ends at or behind number - 1, so that it may hold or touch the number. */
static size_t interval_near(const struct tr_mysql_gtid_source *source, uint64_t number)
{
    size_t from = 0, to = source->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (source->intervals[middle].last + 1 < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Put an interval in, and join what touches it. <0: no memory. */
static int insert(struct tr_mysql_gtid_source *source, struct tr_mysql_interval new)
{
    size_t at = interval_near(source, new.first), end = at;

    while (end < source->count && source->intervals[end].first <= new.last + 1) {
        new.first = TR_MIN(new.first, source->intervals[end].first);
        new.last = TR_MAX(new.last, source->intervals[end].last);
        end++;
    }
    if (end == at) {
        struct tr_mysql_interval *intervals =
            grow(source->intervals, source->count, &source->room, sizeof *intervals);
        if (!intervals)
            return -1;
        source->intervals = intervals;
        memmove(&intervals[at + 1], &intervals[at], (source->count - at) * sizeof *intervals);
        source->count++;
    } else {
        memmove(&source->intervals[at + 1], &source->intervals[end],
                (source->count - end) * sizeof *source->intervals);
        source->count -= end - at - 1;
    }
    source->intervals[at] = new;
    return 0;
}

/* MariaDB's domain is where its newest transaction is, even if a server gave a lower number. */
static int set_newest(struct tr_mysql_gtid_source *source, const struct tr_mysql_gtid *gtid)
{
    source->server = gtid->server;
    source->count = 0;
    return insert(source, (struct tr_mysql_interval){0, gtid->number});
}

int tr_mysql_gtids_add(struct tr_mysql_gtids *set, const struct tr_mysql_gtid *gtid,
                       struct tr_diag *diag)
{
    struct tr_mysql_gtid_source *source = source_for(set, gtid);

    if (!source)
        return tr_fail_memory(diag);
    int rc = set->mariadb ? set_newest(source, gtid)
                          : insert(source, (struct tr_mysql_interval){gtid->number, gtid->number});
    return rc < 0 ? tr_fail_memory(diag) : 0;
}

int tr_mysql_gtids_add_interval(struct tr_mysql_gtids *set, const struct tr_mysql_gtid *source,
                                struct tr_mysql_interval interval, struct tr_diag *diag)
{
    struct tr_mysql_gtid_source *into = source_for(set, source);
    return into && insert(into, interval) == 0 ? 0 : tr_fail_memory(diag);
}

bool tr_mysql_gtids_has(const struct tr_mysql_gtids *set, const struct tr_mysql_gtid *gtid)
{
    const struct tr_mysql_gtid_source *source = look_up(set, gtid);

    if (!source)
        return false;
    size_t at = interval_near(source, gtid->number);
    if (at < source->count && source->intervals[at].last < gtid->number)
        at++;
    return at < source->count && source->intervals[at].first <= gtid->number;
}

/* Are all of an interval's numbers in the source? */
static bool covers(const struct tr_mysql_gtid_source *source, struct tr_mysql_interval interval)
{
    size_t at = interval_near(source, interval.first);

    if (at < source->count && source->intervals[at].last < interval.first)
        at++;
    return at < source->count && source->intervals[at].first <= interval.first &&
           source->intervals[at].last >= interval.last;
}

bool tr_mysql_gtids_contain(const struct tr_mysql_gtids *a, const struct tr_mysql_gtids *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct tr_mysql_gtid_source *other = &b->sources[i];
        struct tr_mysql_gtid gtid = gtid_of(b, other);
        const struct tr_mysql_gtid_source *source = look_up(a, &gtid);
        if (!source && other->count)
            return false;
        for (size_t j = 0; j < other->count; j++)
            if (!covers(source, other->intervals[j]))
                return false;
    }
    return true;
}

int tr_mysql_gtids_unite(struct tr_mysql_gtids *set, const struct tr_mysql_gtids *other,
                         struct tr_diag *diag)
{
    for (size_t i = 0; i < other->count; i++) {
        struct tr_mysql_gtid gtid = gtid_of(other, &other->sources[i]);
        struct tr_mysql_gtid_source *source = source_for(set, &gtid);
        if (!source)
            return tr_fail_memory(diag);
        if (!source->count ||
            source->intervals[source->count - 1].last < other->sources[i].intervals[0].last)
            source->server = gtid.server;
        for (size_t j = 0; j < other->sources[i].count; j++)
            if (insert(source, other->sources[i].intervals[j]) < 0)
                return tr_fail_memory(diag);
    }
    return 0;
}

int tr_mysql_gtids_copy(const struct tr_mysql_gtids *set, struct tr_mysql_gtids *ret_set,
                        struct tr_diag *diag)
{
    tr_mysql_gtids_init(ret_set, set->mariadb);
    return tr_mysql_gtids_unite(ret_set, set, diag);
}

/* Put what remains of an interval without a source's numbers into another source. */
static int put_rest(struct tr_mysql_gtid_source *rest, struct tr_mysql_interval interval,
                    const struct tr_mysql_gtid_source *without)
{
    uint64_t first = interval.first;

    for (size_t i = 0; i < without->count && first <= interval.last; i++) {
        const struct tr_mysql_interval *hole = &without->intervals[i];
        if (hole->last < first)
            continue;
        if (hole->first > interval.last)
            break;
        if (hole->first > first &&
            insert(rest, (struct tr_mysql_interval){first, hole->first - 1}) < 0)
            return -1;
        first = hole->last + 1;
    }
    if (first > interval.last)
        return 0;
    return insert(rest, (struct tr_mysql_interval){first, interval.last});
}

static int subtract_source(struct tr_mysql_gtid_source *source,
                           const struct tr_mysql_gtid_source *without, bool mariadb)
{
    struct tr_mysql_gtid_source rest = {0};
    int rc = 0;

    /* a domain is where it is, or not at all */
    if (mariadb && source->count && !covers(without, source->intervals[0]))
        return 0;
    for (size_t i = 0; i < source->count && !rc; i++)
        rc = put_rest(&rest, source->intervals[i], without);
    free(source->intervals);
    source->intervals = rest.intervals;
    source->count = rest.count;
    source->room = rest.room;
    return rc;
}

int tr_mysql_gtids_subtract(struct tr_mysql_gtids *set, const struct tr_mysql_gtids *other,
                            struct tr_diag *diag)
{
    size_t kept = 0;

    for (size_t i = 0; i < set->count; i++) {
        struct tr_mysql_gtid_source *source = &set->sources[i];
        struct tr_mysql_gtid gtid = gtid_of(set, source);
        const struct tr_mysql_gtid_source *without = look_up(other, &gtid);
        if (without && subtract_source(source, without, set->mariadb) < 0)
            return tr_fail_memory(diag);
    }
    for (size_t i = 0; i < set->count; i++) {
        if (set->sources[i].count)
            set->sources[kept++] = set->sources[i];
        else
            free(set->sources[i].intervals);
    }
    set->count = kept;
    return 0;
}

static uint64_t overlap(struct tr_mysql_interval interval,
                        const struct tr_mysql_gtid_source *source)
{
    uint64_t sum = 0;

    for (size_t i = 0; source && i < source->count; i++) {
        uint64_t first = TR_MAX(interval.first, source->intervals[i].first);
        uint64_t last = TR_MIN(interval.last, source->intervals[i].last);
        sum += first <= last ? last - first + 1 : 0;
    }
    return sum;
}

uint64_t tr_mysql_gtids_missing(const struct tr_mysql_gtids *set,
                                const struct tr_mysql_gtids *other)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < other->count; i++) {
        const struct tr_mysql_gtid_source *source = &other->sources[i];
        struct tr_mysql_gtid gtid = gtid_of(other, source);
        const struct tr_mysql_gtid_source *ours = look_up(set, &gtid);
        for (size_t k = 0; k < source->count; k++)
            sum += source->intervals[k].last - source->intervals[k].first + 1 -
                   overlap(source->intervals[k], ours);
    }
    return sum;
}
