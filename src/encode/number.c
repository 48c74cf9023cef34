#include "encode/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Digits d1 d2 … dn of 0.d1d2…dn × 10^exponent, without trailing zeros. */
struct decimal {
    char digits[20];
    int n, exponent;
};

/* Read "d.ddde±xx" as printf writes it. */
static void parse(const char *text, struct decimal *ret_decimal)
{
    int n = 0;

    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9')
            ret_decimal->digits[n++] = *text;
    while (n > 1 && ret_decimal->digits[n - 1] == '0')
        n--;
    ret_decimal->n = n;
    ret_decimal->exponent = (int)strtol(text + 1, NULL, 10) + 1;
}

static void shortest_double(double number, struct decimal *ret_decimal)
{
    char text[40];
    /* any decimal of 15 digits survives a normal double, so fewer need not be tried; Java shows at
     * least two digits of a subnormal one */
    for (int digits = number < DBL_MIN ? 2 : 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, number);
        if (digits == 17 || strtod(text, NULL) == number)
            break;
    }
    parse(text, ret_decimal);
}

static void shortest_float(float number, struct decimal *ret_decimal)
{
    char text[40];
    for (int digits = number < FLT_MIN ? 2 : 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, (double)number);
        if (digits == 9 || strtof(text, NULL) == number)
            break;
    }
    parse(text, ret_decimal);
}

static void write_scientific(struct tr_writer *writer, const struct decimal *decimal)
{
    tr_writer_char(writer, decimal->digits[0]);
    tr_writer_char(writer, '.');
    if (decimal->n > 1)
        tr_writer_put(writer, decimal->digits + 1, (size_t)decimal->n - 1);
    else
        tr_writer_char(writer, '0');
    tr_writer_char(writer, 'E');
    tr_writer_int(writer, decimal->exponent - 1);
}

static void write_plain(struct tr_writer *writer, const struct decimal *decimal)
{
    if (decimal->exponent <= 0)
        tr_writer_char(writer, '0');
    for (int i = 0; i < decimal->exponent; i++)
        tr_writer_char(writer, i < decimal->n ? decimal->digits[i] : '0');
    tr_writer_char(writer, '.');
    for (int i = decimal->exponent; i < 0; i++)
        tr_writer_char(writer, '0');
    int from = TR_MAX(decimal->exponent, 0);
    if (from < decimal->n)
        tr_writer_put(writer, decimal->digits + from, (size_t)(decimal->n - from));
    else
        tr_writer_char(writer, '0');
}

/* NaN, infinities and zero have no digits of their own. */
static bool write_special(struct tr_writer *writer, double number)
{
    if (isnan(number))
        tr_writer_literal(writer, "\"NaN\"");
    else if (isinf(number))
        tr_writer_text(writer, number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    else if (number == 0)
        tr_writer_text(writer, signbit(number) ? "-0.0" : "0.0");
    else
        return false;
    return true;
}

static void write_decimal(struct tr_writer *writer, const struct decimal *decimal, bool negative)
{
    if (negative)
        tr_writer_char(writer, '-');
    if (decimal->exponent >= -2 && decimal->exponent <= 7)
        write_plain(writer, decimal);
    else
        write_scientific(writer, decimal);
}

void tr_number_write_double(struct tr_writer *writer, double number)
{
    struct decimal decimal;

    if (write_special(writer, number))
        return;
    shortest_double(fabs(number), &decimal);
    write_decimal(writer, &decimal, number < 0);
}

void tr_number_write_float(struct tr_writer *writer, float number)
{
    struct decimal decimal;

    if (write_special(writer, (double)number))
        return;
    shortest_float(fabsf(number), &decimal);
    write_decimal(writer, &decimal, number < 0);
}
