#include "record/batch.h"

#include "support/cmocka.h"

static void test_messages_keep_their_order(void **state)
{
    struct tr_batch *batch = tr_batch_new(1024, 65536);
    (void)state;

    assert_non_null(batch);
    assert_true(tr_batch_empty(batch));
    for (size_t i = 0; i < 5000; i++) {
        struct tr_message *message = tr_batch_add(batch);
        assert_non_null(message);
        assert_int_equal(message->partition, -1);
        assert_null(message->key.p);
        assert_null(message->value.p);
        message->identity = i;
    }
    assert_int_equal(batch->count, 5000);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(batch->messages[i].identity, i);
    tr_batch_free(batch);
}

static void test_reset_forgets_everything(void **state)
{
    struct tr_batch *batch = tr_batch_new(1024, 65536);
    (void)state;

    assert_non_null(batch);
    tr_batch_add(batch)->partition = 7;
    assert_non_null(tr_arena_alloc(&batch->arena, 100));
    batch->boundary = true;
    batch->bytes = batch->events = 3;
    batch->position = (struct tr_position){TR_SLICE("\"lsn\":1"), 1};
    batch->next = batch;
    tr_batch_reset(batch);
    assert_true(tr_batch_empty(batch));
    assert_false(batch->boundary);
    assert_int_equal(batch->bytes + batch->events, 0);
    assert_null(batch->position.json.p);
    assert_null(batch->next);
    assert_int_equal(tr_batch_add(batch)->partition, -1);
    tr_batch_free(batch);
    tr_batch_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_keep_their_order),
        cmocka_unit_test(test_reset_forgets_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
