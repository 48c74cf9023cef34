/*
 * Partial updates: JSON diffs applied to the old document.
 *
 *   diffs  = { operation:8 path [ value ] }     value: not behind a removal
 *   path   = length utf8mb4                     $.name."quoted name"[3]
 *   value  = length document
 *
 * Operations: 0 replaces what is there, 1 inserts a member, or an element before the index, 2
 * removes. Lengths are the protocol's length-encoded integers (json_diff.cc of MySQL's source).
 *
 * Containers along a path are opened into nodes, everything else stays the bytes that it is; the
 * result is printed.
 */
#include "source/mysql/types/impl.h"
#include "source/mysql/types/json.h"

enum operation { REPLACE = 0, INSERT = 1, REMOVE = 2 };

struct node {
    struct tr_mysql_json_value value; /* as long as it isn't opened */
    bool opened, object;
    struct member *members;
    size_t count, room;
};

struct member {
    struct tr_slice key; /* of an object */
    struct node node;
};

/* What can go wrong: memory, or bytes that aren't diffs of this document. */
enum { NO_MEMORY = -1, MALFORMED = -2 };

static int open_node(struct tr_arena *arena, struct node *node)
{
    struct tr_mysql_json_container container;

    if (node->opened)
        return 0;
    if (!tr_mysql_json_is_container(node->value.type) ||
        tr_mysql_json_open(node->value, &container) < 0)
        return MALFORMED;
    node->members = tr_arena_zalloc(arena, container.count, sizeof *node->members);
    if (!node->members)
        return NO_MEMORY;
    for (size_t i = 0; i < container.count; i++) {
        struct member *member = &node->members[i];
        if ((container.object && tr_mysql_json_key(&container, i, &member->key) < 0) ||
            tr_mysql_json_at(&container, i, &member->node.value) < 0)
            return MALFORMED;
    }
    node->opened = true;
    node->object = container.object;
    node->count = node->room = container.count;
    return 0;
}

/* ---- paths ----------------------------------------------------------------------------------- */

struct leg {
    bool cell;
    size_t index;
    struct tr_slice key;
};

static int read_hex(const char *p, uint32_t *ret_c)
{
    unsigned char bytes[2];

    if (tr_decode_hex((struct tr_slice){p, 4}, bytes) < 0)
        return -1;
    *ret_c = (uint32_t)(bytes[0] << 8 | bytes[1]);
    return 0;
}

/* "…" at *path, its escapes undone. */
static int take_quoted(struct tr_slice *path, struct tr_arena *arena, struct tr_slice *ret_key)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char *out = tr_arena_alloc(arena, path->n), *p = out;
    size_t i = 1;

    if (!out)
        return NO_MEMORY;
    for (; i < path->n && path->p[i] != '"'; i++) {
        char c = path->p[i];
        uint32_t code;
        if (c == '\\') {
            if (++i == path->n)
                return MALFORMED;
            c = path->p[i];
            const char *letter = c ? strchr(letters, c) : NULL;
            if (c == 'u') { /* the server escapes control characters only */
                if (path->n - i < 5 || read_hex(path->p + i + 1, &code) < 0 || code > 0x7f)
                    return MALFORMED;
                c = (char)code;
                i += 4;
            } else if (letter) {
                c = meanings[letter - letters];
            }
        }
        *p++ = c;
    }
    if (i == path->n)
        return MALFORMED;
    *ret_key = (struct tr_slice){out, (size_t)(p - out)};
    path->p += i + 1;
    path->n -= i + 1;
    return 0;
}

static int take_member(struct tr_slice *path, struct tr_arena *arena, struct tr_slice *ret_key)
{
    size_t n = 0;

    path->p++, path->n--;
    if (path->n && path->p[0] == '"')
        return take_quoted(path, arena, ret_key);
    while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
        n++;
    *ret_key = (struct tr_slice){path->p, n};
    path->p += n;
    path->n -= n;
    return n ? 0 : MALFORMED;
}

static int take_cell(struct tr_slice *path, size_t *ret_index)
{
    size_t i = 1;

    *ret_index = 0;
    for (; i < path->n && i < 12 && path->p[i] >= '0' && path->p[i] <= '9'; i++)
        *ret_index = *ret_index * 10 + (size_t)(path->p[i] - '0');
    if (i == 1 || i == path->n || path->p[i] != ']')
        return MALFORMED;
    path->p += i + 1;
    path->n -= i + 1;
    return 0;
}

static int take_leg(struct tr_slice *path, struct tr_arena *arena, struct leg *ret_leg)
{
    ret_leg->cell = path->p[0] == '[';
    if (ret_leg->cell)
        return take_cell(path, &ret_leg->index);
    return path->p[0] == '.' ? take_member(path, arena, &ret_leg->key) : MALFORMED;
}

/* The place of a leg's member, or the number of members: there is none. */
static size_t find(const struct node *node, const struct leg *leg)
{
    size_t i = 0;

    if (leg->cell)
        return node->object ? node->count : TR_MIN(leg->index, node->count);
    if (!node->object)
        return node->count;
    while (i < node->count && !tr_slice_equal(node->members[i].key, leg->key))
        i++;
    return i;
}

/* ---- changes --------------------------------------------------------------------------------- */

/* Objects keep their members by length of the key, then by its bytes. */
static size_t place_of(const struct node *node, const struct leg *leg)
{
    size_t i = 0;

    if (leg->cell)
        return TR_MIN(leg->index, node->count);
    for (; i < node->count; i++) {
        struct tr_slice key = node->members[i].key;
        if (key.n > leg->key.n || (key.n == leg->key.n && memcmp(key.p, leg->key.p, key.n) > 0))
            break;
    }
    return i;
}

static int insert(struct tr_arena *arena, struct node *node, const struct leg *leg,
                  struct tr_mysql_json_value value)
{
    size_t at = place_of(node, leg);

    if (leg->cell == node->object || (!leg->cell && find(node, leg) < node->count))
        return MALFORMED;
    if (node->count == node->room) {
        size_t room = 2 * node->room + 8;
        struct member *members = tr_arena_alloc(arena, room * sizeof *members);
        if (!members)
            return NO_MEMORY;
        if (node->count)
            memcpy(members, node->members, node->count * sizeof *members);
        node->members = members;
        node->room = room;
    }
    memmove(&node->members[at + 1], &node->members[at], (node->count - at) * sizeof *node->members);
    node->members[at] = (struct member){.key = leg->key, .node = {.value = value}};
    node->count++;
    return 0;
}

static void remove_at(struct node *node, size_t at)
{
    node->count--;
    memmove(&node->members[at], &node->members[at + 1], (node->count - at) * sizeof *node->members);
}

/* The last leg's change, in its container. */
static int change(struct tr_arena *arena, struct node *parent, const struct leg *leg,
                  enum operation operation, struct tr_mysql_json_value value)
{
    size_t at = find(parent, leg);

    if (operation == INSERT)
        return insert(arena, parent, leg, value);
    if (at == parent->count)
        return MALFORMED;
    if (operation == REMOVE)
        remove_at(parent, at);
    else
        parent->members[at].node = (struct node){.value = value};
    return 0;
}

static int apply_diff(struct tr_arena *arena, struct node *root, enum operation operation,
                      struct tr_slice path, struct tr_mysql_json_value value)
{
    struct node *node = root;
    struct leg leg = {0};

    if (path.n == 0 || path.p[0] != '$')
        return MALFORMED;
    path.p++, path.n--;
    if (path.n == 0) {
        *root = (struct node){.value = value};
        return operation == REPLACE ? 0 : MALFORMED;
    }
    for (;;) {
        int rc = take_leg(&path, arena, &leg);
        if (rc == 0)
            rc = open_node(arena, node);
        if (rc)
            return rc;
        if (path.n == 0)
            return change(arena, node, &leg, operation, value);
        size_t at = find(node, &leg);
        if (at == node->count)
            return MALFORMED;
        node = &node->members[at].node;
    }
}

/* ---- diffs ----------------------------------------------------------------------------------- */

/* A length-encoded integer and as many bytes. */
static int take_run(struct tr_slice *from, struct tr_slice *ret_run)
{
    static const unsigned char sizes[] = {2, 3, 8}; /* behind 252, 253, 254 */
    size_t size = 0;

    if (from->n == 0)
        return MALFORMED;
    uint64_t n = (unsigned char)from->p[0];
    if (n > 250) {
        size = n >= 252 && n <= 254 ? sizes[n - 252] : 0;
        if (size == 0 || from->n < 1 + size)
            return MALFORMED;
        n = tr_mysql_le((struct tr_slice){from->p + 1, size});
    }
    from->p += 1 + size;
    from->n -= 1 + size;
    if (n > from->n)
        return MALFORMED;
    *ret_run = (struct tr_slice){from->p, (size_t)n};
    from->p += n;
    from->n -= (size_t)n;
    return 0;
}

static int apply_next(struct tr_arena *arena, struct node *root, struct tr_slice *diffs)
{
    enum operation operation = (unsigned char)diffs->p[0];
    struct tr_mysql_json_value value = {0};
    struct tr_slice path, document;

    diffs->p++, diffs->n--;
    if (operation > REMOVE || take_run(diffs, &path) < 0)
        return MALFORMED;
    if (operation != REMOVE) {
        if (take_run(diffs, &document) < 0 || document.n == 0)
            return MALFORMED;
        value.type = (unsigned char)document.p[0];
        value.bytes = (struct tr_slice){document.p + 1, document.n - 1};
    }
    return apply_diff(arena, root, operation, path, value);
}

/* ---- the result ------------------------------------------------------------------------------ */

static int print_node(struct tr_mysql_json_printer *printer, const struct node *node,
                      unsigned depth)
{
    struct tr_writer *writer = printer->writer;

    if (!node->opened)
        return tr_mysql_json_print(printer, node->value, depth) < 0 ? MALFORMED : 0;
    if (depth == TR_MYSQL_JSON_DEPTH)
        return MALFORMED;
    tr_writer_char(writer, node->object ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        if (i)
            tr_writer_char(writer, ',');
        if (node->object) {
            tr_mysql_json_print_string(node->members[i].key, writer);
            tr_writer_char(writer, ':');
        }
        int rc = print_node(printer, &node->members[i].node, depth + 1);
        if (rc)
            return rc;
    }
    tr_writer_char(writer, node->object ? '}' : ']');
    return 0;
}

/* values: as many as the document can have. */
static int print(struct tr_arena *arena, const struct node *root, size_t values,
                 struct tr_slice *ret_cell)
{
    struct tr_writer writer;
    struct tr_mysql_json_printer printer = {&writer, values};

    tr_writer_begin(&writer, arena);
    tr_writer_char(&writer, TR_MYSQL_JSON_PRINTED);
    int rc = print_node(&printer, root, 0);
    bool full = writer.failed;
    if (tr_writer_end(&writer, ret_cell) < 0 || full)
        return NO_MEMORY;
    return rc;
}

int tr_mysql_json_apply(struct tr_slice before, struct tr_slice diffs, struct tr_arena *scratch,
                        struct tr_slice *ret_cell, struct tr_diag *diag)
{
    size_t values = before.n + diffs.n;
    struct node root = {0};
    int rc = before.n ? 0 : MALFORMED;

    if (rc == 0) {
        root.value.type = (unsigned char)before.p[0];
        root.value.bytes = (struct tr_slice){before.p + 1, before.n - 1};
    }
    while (rc == 0 && diffs.n)
        rc = apply_next(scratch, &root, &diffs);
    if (rc == 0)
        rc = print(scratch, &root, values, ret_cell);
    if (rc == NO_MEMORY)
        return tr_fail_memory(diag);
    if (rc < 0)
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "a partial JSON update doesn't fit its old value; please report this, and "
                       "SET GLOBAL binlog_row_value_options = '' on the server to go on with a new "
                       "snapshot");
    return 0;
}
