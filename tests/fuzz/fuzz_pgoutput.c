/* Whatever a server sends: decoded or refused, and every name and cell lies within the input. */
#include "pgoutput/pgoutput.h"

#include "fuzz.h"

static void check_slice(struct tr_slice input, struct tr_slice part)
{
    if (part.n == 0)
        return;
    FUZZ_CHECK(part.p >= input.p && part.p + part.n <= input.p + input.n);
}

static void check_cells(struct tr_slice input, const struct tr_cell *cells, size_t ncells)
{
    for (size_t i = 0; i < ncells; i++) {
        FUZZ_CHECK(cells[i].kind <= TR_CELL_UNCHANGED);
        if (cells[i].kind == TR_CELL_VALUE)
            check_slice(input, cells[i].bytes);
    }
}

static void check_row(struct tr_slice input, const struct tr_pgoutput_message *message)
{
    FUZZ_CHECK(!message->row.before == (message->row.old == TR_PGOUTPUT_OLD_NONE));
    FUZZ_CHECK(!message->row.after == (message->type == TR_PGOUTPUT_DELETE));
    if (message->row.before)
        check_cells(input, message->row.before, message->row.nbefore);
    if (message->row.after)
        check_cells(input, message->row.after, message->row.nafter);
}

static void check_relation(struct tr_slice input, const struct tr_pgoutput_message *message)
{
    check_slice(input, message->relation.schema);
    check_slice(input, message->relation.name);
    for (size_t i = 0; i < message->relation.ncolumns; i++)
        check_slice(input, message->relation.columns[i].name);
}

static void check_message(struct tr_slice input, const struct tr_pgoutput_message *message)
{
    switch (message->type) {
    case TR_PGOUTPUT_RELATION:
        check_relation(input, message);
        break;
    case TR_PGOUTPUT_INSERT:
    case TR_PGOUTPUT_UPDATE:
    case TR_PGOUTPUT_DELETE:
        check_row(input, message);
        break;
    case TR_PGOUTPUT_ORIGIN:
        check_slice(input, message->origin.name);
        break;
    case TR_PGOUTPUT_MESSAGE:
        check_slice(input, message->message.prefix);
        check_slice(input, message->message.content);
        break;
    case TR_PGOUTPUT_TRUNCATE:
        FUZZ_CHECK(message->truncate.count <= input.n / 4);
        break;
    case TR_PGOUTPUT_BEGIN:
    case TR_PGOUTPUT_COMMIT:
    case TR_PGOUTPUT_TYPE:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tr_pgoutput_decoder decoder;
    struct tr_slice input = {(const char *)data, size};
    struct tr_pgoutput_message message;
    struct tr_diag diag = {.message = ""};

    if (tr_pgoutput_decode(&decoder, input, &message, &diag) == 0)
        check_message(input, &message);
    else
        FUZZ_CHECK(diag.cls == TR_DATA && diag.reaction == TR_STOP && diag.message[0]);
    return 0;
}
