#include "record/number.h"

#include <math.h>
#include <stdlib.h>

int tr_number_parse_int64(struct tr_slice text, int64_t *ret_number)
{
    bool negative = text.n && text.p[0] == '-';
    size_t i = negative ? 1 : 0;
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t number = 0;

    if (i == text.n || text.n - i > 19)
        return -1;
    for (; i < text.n; i++) {
        unsigned digit = (unsigned char)text.p[i] - (unsigned)'0';
        if (digit > 9)
            return -1;
        number = number * 10 + digit; /* 19 digits fit */
    }
    if (number > limit)
        return -1;
    *ret_number = (int64_t)(negative ? 0 - number : number);
    return 0;
}

/* A decimal number taken apart: digits × 10^exponent. */
struct decimal {
    bool negative;
    uint64_t digits;
    int exponent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with at most one point from text.p[i]; returns where they end. */
static size_t scan_digits(struct tr_slice text, size_t i, struct decimal *decimal, bool *ret_exact)
{
    bool point = false;
    int n = 0;

    for (; i < text.n; i++) {
        if (text.p[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(text.p[i]))
            break;
        n++;
        if (decimal->digits < (UINT64_C(1) << 53) / 10) {
            decimal->digits = decimal->digits * 10 + (uint64_t)(text.p[i] - '0');
            decimal->exponent -= point;
        } else {
            *ret_exact = false;
        }
    }
    if (n == 0)
        *ret_exact = false;
    return n == 0 ? SIZE_MAX : i;
}

/* <0: not a number. ret_exact is false when digits or exponent did not fit. */
static int scan_decimal(struct tr_slice text, struct decimal *ret_decimal, bool *ret_exact)
{
    size_t i = 0;
    int64_t exponent = 0;

    *ret_decimal = (struct decimal){.negative = text.n && text.p[0] == '-'};
    *ret_exact = true;
    i = scan_digits(text, ret_decimal->negative, ret_decimal, ret_exact);
    if (i == SIZE_MAX)
        return -1;
    if (i < text.n && (text.p[i] == 'e' || text.p[i] == 'E')) {
        i += i + 1 < text.n && text.p[i + 1] == '+' ? 2 : 1;
        if (text.n - i > 8 ||
            tr_number_parse_int64((struct tr_slice){text.p + i, text.n - i}, &exponent) < 0)
            return -1;
        i = text.n;
    }
    if (i < text.n)
        return -1;
    ret_decimal->exponent += (int)exponent;
    return 0;
}

/* Where digits and power of ten are both exact in a double, one operation rounds right (Clinger);
 * everything else is left to strtod. */
static bool exact_double(const struct decimal *decimal, double *ret_number)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double number = (double)decimal->digits;

    if (decimal->exponent > 22 || decimal->exponent < -22)
        return false;
    if (decimal->exponent >= 0)
        number *= powers[decimal->exponent];
    else
        number /= powers[-decimal->exponent];
    *ret_number = decimal->negative ? -number : number;
    return true;
}

static bool special_number(struct tr_slice text, double *ret_number)
{
    if (tr_slice_is(text, "NaN"))
        *ret_number = (double)NAN;
    else if (tr_slice_is(text, "Infinity"))
        *ret_number = (double)INFINITY;
    else if (tr_slice_is(text, "-Infinity"))
        *ret_number = -(double)INFINITY;
    else
        return false;
    return true;
}

/* strtod wants a terminated text. The process stays in the C locale. */
static const char *terminated(struct tr_slice text, char *room, size_t size,
                              struct tr_arena *scratch)
{
    if (text.n >= size)
        return tr_arena_strdup(scratch, text);
    memcpy(room, text.p, text.n);
    room[text.n] = '\0';
    return room;
}

int tr_number_parse_double(struct tr_slice text, struct tr_arena *scratch, double *ret_number)
{
    struct decimal decimal;
    bool exact;
    char room[64];

    if (special_number(text, ret_number))
        return 0;
    if (scan_decimal(text, &decimal, &exact) < 0)
        return -1;
    if (exact && exact_double(&decimal, ret_number))
        return 0;
    const char *copy = terminated(text, room, sizeof room, scratch);
    if (!copy)
        return -1;
    *ret_number = strtod(copy, NULL);
    return 0;
}

int tr_number_parse_float(struct tr_slice text, struct tr_arena *scratch, float *ret_number)
{
    struct decimal decimal;
    double number;
    bool exact;
    char room[64];

    if (special_number(text, &number)) {
        *ret_number = (float)number;
        return 0;
    }
    if (scan_decimal(text, &decimal, &exact) < 0)
        return -1;
    /* small enough that the quotient, too, rounds only once */
    if (exact && decimal.digits < 1U << 24 && decimal.exponent >= -10 && decimal.exponent <= 0) {
        static const float powers[] = {1e0F, 1e1F, 1e2F, 1e3F, 1e4F, 1e5F,
                                       1e6F, 1e7F, 1e8F, 1e9F, 1e10F};
        float small = (float)decimal.digits / powers[-decimal.exponent];
        *ret_number = decimal.negative ? -small : small;
        return 0;
    }
    const char *copy = terminated(text, room, sizeof room, scratch);
    if (!copy)
        return -1;
    *ret_number = strtof(copy, NULL);
    return 0;
}
