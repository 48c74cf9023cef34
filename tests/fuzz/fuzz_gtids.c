/* Two texts (up to a line feed) that are to be sets of GTIDs, of the dialect that the first byte
 * chooses: what is read of them obeys the laws of sets, and its text reads as the same. */
#include <string.h>

#include "fuzz.h"
#include "source/mysql/gtid.h"

static void check_text(const struct tr_mysql_gtids *set)
{
    struct tr_mysql_gtids again;
    struct tr_diag diag;
    struct tr_buf text;

    tr_buf_init(&text, 64 << 20);
    tr_mysql_gtids_print(set, &text);
    FUZZ_CHECK(tr_buf_ok(&text));
    tr_mysql_gtids_init(&again, set->mariadb);
    struct tr_slice printed = {tr_buf_string(&text), text.len};
    FUZZ_CHECK(tr_mysql_gtids_parse(&again, printed, &diag) == 0);
    FUZZ_CHECK(tr_mysql_gtids_contain(set, &again) && tr_mysql_gtids_contain(&again, set));
    if (!set->mariadb) {
        tr_buf_reset(&text);
        tr_mysql_gtids_encode(set, &text);
        FUZZ_CHECK(tr_buf_ok(&text) && text.len >= 8);
    }
    tr_mysql_gtids_finish(&again);
    tr_buf_finish(&text);
}

static void check_pair(const struct tr_mysql_gtids *a, const struct tr_mysql_gtids *b)
{
    struct tr_mysql_gtids sum, difference;
    struct tr_diag diag;

    FUZZ_CHECK(tr_mysql_gtids_contain(a, b) == (tr_mysql_gtids_missing(a, b) == 0));
    FUZZ_CHECK(tr_mysql_gtids_copy(a, &sum, &diag) == 0);
    FUZZ_CHECK(tr_mysql_gtids_unite(&sum, b, &diag) == 0);
    FUZZ_CHECK(tr_mysql_gtids_contain(&sum, a) && tr_mysql_gtids_contain(&sum, b));
    FUZZ_CHECK(tr_mysql_gtids_copy(&sum, &difference, &diag) == 0);
    FUZZ_CHECK(tr_mysql_gtids_subtract(&difference, b, &diag) == 0);
    FUZZ_CHECK(tr_mysql_gtids_contain(a, &difference));
    check_text(&sum);
    check_text(&difference);
    tr_mysql_gtids_finish(&sum);
    tr_mysql_gtids_finish(&difference);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_mysql_gtids a, b;
    struct tr_diag diag = {.message = ""};

    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1, *line = memchr(text, '\n', size - 1);
    size_t n = line ? (size_t)(line - text) : size - 1, left = size - 1 - n - (line != NULL);
    tr_mysql_gtids_init(&a, data[0] & 1);
    tr_mysql_gtids_init(&b, data[0] & 1);
    if (tr_mysql_gtids_parse(&a, (struct tr_slice){text, n}, &diag) < 0 ||
        tr_mysql_gtids_parse(&b, (struct tr_slice){text + size - 1 - left, left}, &diag) < 0) {
        FUZZ_CHECK(diag.cls == TR_DATA && diag.message[0]);
    } else {
        check_text(&a);
        check_pair(&a, &b);
    }
    tr_mysql_gtids_finish(&a);
    tr_mysql_gtids_finish(&b);
    return 0;
}
