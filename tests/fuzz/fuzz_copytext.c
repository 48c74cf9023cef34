/* A row that is accepted reads back to exactly its own bytes when it is written as PostgreSQL
 * would. The input's first byte is the number of cells. */
#include "copytext/copytext.h"

#include "base/writer.h"
#include "fuzz.h"

static void write_cell(struct tr_writer *writer, const struct tr_cell *cell)
{
    static const char letters[0x80] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                       ['\t'] = 't', ['\v'] = 'v', ['\\'] = '\\'};

    if (cell->kind == TR_CELL_NULL) {
        tr_writer_literal(writer, "\\N");
        return;
    }
    FUZZ_CHECK(cell->kind == TR_CELL_VALUE);
    for (size_t i = 0; i < cell->bytes.n; i++) {
        unsigned char c = (unsigned char)cell->bytes.p[i];
        if (c < 0x80 && letters[c]) {
            tr_writer_char(writer, '\\');
            c = (unsigned char)letters[c];
        }
        tr_writer_char(writer, (char)c);
    }
}

/* A raw control character is taken as it is, though the server escapes it. */
static bool has_raw_controls(struct tr_slice row)
{
    for (size_t i = 0; i < row.n; i++)
        if ((row.p[i] >= '\b' && row.p[i] <= '\r') && row.p[i] != '\t')
            return true;
    return false;
}

static void check_round_trip(struct tr_slice row, const struct tr_cell *cells, size_t ncells,
                             struct tr_arena *arena)
{
    struct tr_writer writer;
    struct tr_slice again;

    if (row.n && row.p[row.n - 1] == '\n')
        row.n--;
    if (has_raw_controls(row))
        return;
    tr_writer_begin(&writer, arena);
    for (size_t i = 0; i < ncells; i++) {
        if (i)
            tr_writer_char(&writer, '\t');
        write_cell(&writer, &cells[i]);
    }
    FUZZ_CHECK(tr_writer_end(&writer, &again) == 0);
    FUZZ_CHECK(tr_slice_equal(again, row));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_cell cells[256];
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};

    if (size == 0)
        return 0;
    struct tr_slice row = {(const char *)data + 1, size - 1};
    tr_arena_init(&arena, 4096, 1 << 24);
    if (tr_copytext_decode(row, cells, data[0], &arena, &diag) == 0)
        check_round_trip(row, cells, data[0], &arena);
    else
        FUZZ_CHECK(diag.cls == TR_DATA && diag.reaction == TR_STOP && diag.message[0]);
    tr_arena_finish(&arena);
    return 0;
}
