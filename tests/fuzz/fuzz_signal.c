/* A signal, as it comes through Kafka or a file (one JSON object, when the first byte is even) or
 * from the signal table (id, type and data, each up to a line's end): an order, or a word why
 * not. */
#include <string.h>

#include "fuzz.h"
#include "snapshot/channel/impl.h"
#include "snapshot/signal.h"

static void check_order(const struct tr_order *order)
{
    FUZZ_CHECK(order->kind <= TR_ORDER_LOG && order->id);
    for (size_t i = 0; i < order->ncollections; i++)
        FUZZ_CHECK(order->collections[i]);
    for (size_t i = 0; i < order->nconditions; i++)
        FUZZ_CHECK(order->conditions[i].pattern && order->conditions[i].filter);
    FUZZ_CHECK(order->ncollections ||
               (order->kind != TR_ORDER_INCREMENTAL && order->kind != TR_ORDER_BLOCKING));
    FUZZ_CHECK(order->kind != TR_ORDER_LOG || order->message);
}

static void read_order(struct tr_slice id, struct tr_slice type, struct tr_slice data)
{
    const struct tr_signal signal = {.id = id, .type = type, .data = data};
    struct tr_diag diag = {.message = ""};
    struct tr_order order;
    int rc = tr_order_read(&signal, &order, &diag);

    FUZZ_CHECK(rc >= 0);
    if (rc == 0)
        check_order(&order);
    else if (rc == TR_SIGNAL_IGNORED)
        FUZZ_CHECK(diag.message[0]);
    tr_order_finish(&order);
}

static struct tr_slice text_of(const struct tr_buf *buf)
{
    return (struct tr_slice){tr_buf_string(buf), buf->len};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_channel_signal signal;
    struct tr_diag diag = {.message = ""};

    if (size == 0)
        return 0;
    struct tr_slice rest = {(const char *)data + 1, size - 1};
    if (data[0] % 2) {
        struct tr_slice id = fuzz_take_line(&rest), type = fuzz_take_line(&rest);
        read_order(id, type, rest);
        return 0;
    }
    tr_channel_signal_init(&signal);
    int rc = tr_channel_signal_read(&signal, rest, &diag);
    FUZZ_CHECK(rc == 0 || diag.message[0]);
    if (rc == 0) {
        read_order(text_of(&signal.id), text_of(&signal.type), text_of(&signal.data));
    }
    tr_channel_signal_finish(&signal);
    return 0;
}
