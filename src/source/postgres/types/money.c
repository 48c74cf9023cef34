/* money: an amount in the database's currency, as a decimal. */
#include "source/postgres/types/decimal.h"

/* An amount as lc_monetary dresses it: any sign, symbol and separators. */
struct amount {
    bool negative;
    int ndigits;
    int behind; /* digits behind the last separator, -1: none was seen */
    char digits[20];
};

static int scan_amount(struct tr_slice text, struct amount *ret_amount)
{
    *ret_amount = (struct amount){.behind = -1};
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c >= '0' && c <= '9') {
            if (ret_amount->ndigits == sizeof ret_amount->digits)
                return -1;
            ret_amount->digits[ret_amount->ndigits++] = c;
            ret_amount->behind += ret_amount->behind >= 0;
        } else if (c == '.' || c == ',') {
            ret_amount->behind = 0;
        } else if (c == '-' || c == '(') {
            ret_amount->negative = true;
        }
    }
    return ret_amount->ndigits ? 0 : -1;
}

/* Round half up (away from zero) to the given number of digits behind the point. */
static void round_amount(struct amount *amount, int fraction, int scale)
{
    int cut = fraction - scale;

    if (cut <= 0)
        return;
    bool up = cut <= amount->ndigits && amount->digits[amount->ndigits - cut] >= '5';
    amount->ndigits = TR_MAX(amount->ndigits - cut, 0);
    for (int i = amount->ndigits; up && i > 0; i--) {
        up = amount->digits[i - 1] == '9';
        amount->digits[i - 1] = up ? '0' : (char)(amount->digits[i - 1] + 1);
    }
    if (up) {
        memmove(amount->digits + 1, amount->digits, (size_t)amount->ndigits);
        amount->digits[0] = '1';
        amount->ndigits++;
    }
}

/* To "-1234.50". scale <0: as many digits as there are. room has 48 bytes. */
static int plain_amount(struct tr_slice text, int scale, char *room, struct tr_slice *ret_plain)
{
    struct amount amount;
    char *p = room;

    if (scan_amount(text, &amount) < 0)
        return -1;
    /* three digits behind the last separator are thousands, unless the option says otherwise */
    int fraction = amount.behind < 0 || (amount.behind == 3 && scale != 3) ? 0 : amount.behind;
    if (scale >= 0) {
        round_amount(&amount, fraction, scale);
        fraction = TR_MIN(fraction, scale);
    }
    if (amount.negative)
        *p++ = '-';
    for (int i = 0; i < amount.ndigits; i++) {
        if (amount.ndigits - i == fraction)
            *p++ = '.';
        *p++ = amount.digits[i];
    }
    if (amount.ndigits == 0)
        *p++ = '0';
    *ret_plain = (struct tr_slice){room, (size_t)(p - room)};
    return 0;
}

static int convert_money(const struct tr_plan_column *column, struct tr_slice bytes,
                         struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    const struct tr_pg_decimal_state *state = column->state;
    struct tr_slice plain;
    char room[48];

    if (plain_amount(bytes, state->scale, room, &plain) < 0)
        return tr_pg_bad_value(diag, "money", bytes);
    return tr_pg_decimal_scaled(state, plain, scratch, ret_value, diag);
}

static int convert_money_double(const struct tr_plan_column *column, struct tr_slice bytes,
                                struct tr_arena *scratch, struct tr_value *ret_value,
                                struct tr_diag *diag)
{
    struct tr_slice plain;
    char room[48];

    if (plain_amount(bytes, -1, room, &plain) < 0)
        return tr_pg_bad_value(diag, "money", bytes);
    return tr_pg_convert_float64(column, plain, scratch, ret_value, diag);
}

static int convert_money_string(const struct tr_plan_column *column, struct tr_slice bytes,
                                struct tr_arena *scratch, struct tr_value *ret_value,
                                struct tr_diag *diag)
{
    char *room = tr_arena_alloc(scratch, 48);

    (void)column;
    if (!room)
        return tr_fail_memory(diag);
    ret_value->kind = TR_TEXT;
    if (plain_amount(bytes, -1, room, &ret_value->bytes) < 0)
        return tr_pg_bad_value(diag, "money", bytes);
    return 0;
}

int tr_pg_refine_money(struct tr_pg_mapping *mapping, struct tr_diag *diag)
{
    int32_t scale = mapping->options->money_fraction_digits;
    int rc = 0;

    if (!tr_pg_decimal_new_state(mapping, scale, "money"))
        return tr_fail_memory(diag);
    switch (mapping->options->decimal_handling) {
    case TR_DECIMAL_DOUBLE:
        mapping->schema->type = TR_TYPE_FLOAT64;
        mapping->convert = convert_money_double;
        return 0;
    case TR_DECIMAL_STRING:
        rc = tr_pg_decimal_map_string(mapping, diag);
        mapping->convert = convert_money_string;
        return rc;
    default:
        rc = tr_pg_decimal_map(mapping, scale, 0, diag);
        mapping->convert = convert_money;
        return rc;
    }
}
