#include "rest/deadline.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/macros.h"
#include "support/cmocka.h"

#define PATIENCE_US 300000

/* Whether the other end sees a shutdown within so many milliseconds. */
static bool ended(int fd, int ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    char byte;

    return poll(&poll_fd, 1, ms) == 1 && read(fd, &byte, 1) == 0;
}

static void test_who_is_busy_may_stay(void **state)
{
    struct tr_deadline *deadline = tr_deadline_new(PATIENCE_US);
    struct tr_peer *peers[3];
    int ends[3][2];
    (void)state;

    assert_non_null(deadline);
    for (size_t i = 0; i < TR_COUNT(ends); i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]), 0);
        peers[i] = tr_deadline_join(deadline, ends[i][0]);
        assert_non_null(peers[i]);
    }
    tr_deadline_busy(deadline, peers[1], true);
    tr_deadline_leave(deadline, peers[2]);
    assert_true(ended(ends[0][1], 3000));
    assert_false(ended(ends[1][1], 1500));
    assert_false(ended(ends[2][1], 0));
    tr_deadline_busy(deadline, peers[1], false);
    assert_true(ended(ends[1][1], 3000));
    tr_deadline_leave(deadline, peers[0]);
    tr_deadline_leave(deadline, peers[1]);
    tr_deadline_leave(deadline, NULL);
    tr_deadline_free(deadline);
    for (size_t i = 0; i < TR_COUNT(ends); i++) {
        close(ends[i][0]);
        close(ends[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_busy_may_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
