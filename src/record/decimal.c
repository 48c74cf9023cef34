#include "record/decimal.h"

#include <inttypes.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>

#include "base/writer.h"

/* PostgreSQL's limits, the largest there are, are 131072 digits before the point and 16383 behind
 * it. */
#define MAX_DIGITS 160000

/* 10^19 is the largest power of ten that a limb holds. */
#define LIMB_DIGITS 19

__extension__ typedef unsigned __int128 wide;

static size_t count_digits(const char *p, const char *end)
{
    const char *start = p;

    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return (size_t)(p - start);
}

int tr_decimal_split(struct tr_slice text, struct tr_decimal *ret_digits)
{
    const char *p = text.p, *end = text.p + text.n;

    ret_digits->negative = p < end && *p == '-';
    p += ret_digits->negative;
    ret_digits->whole = (struct tr_slice){p, count_digits(p, end)};
    p += ret_digits->whole.n;
    ret_digits->fraction = (struct tr_slice){"", 0};
    if (p < end && *p == '.') {
        p++;
        ret_digits->fraction = (struct tr_slice){p, count_digits(p, end)};
        p += ret_digits->fraction.n;
    }
    return p == end && ret_digits->whole.n + ret_digits->fraction.n > 0 ? 0 : -1;
}

/* As Java's BigInteger.toByteArray. */
int tr_decimal_small(int64_t number, struct tr_arena *scratch, struct tr_slice *ret_bytes)
{
    unsigned char *bytes = tr_arena_alloc(scratch, 8);
    size_t n = 8;

    if (!bytes)
        return -1;
    while (n > 1 && number >> (8 * n - 9) == number >> 63)
        n--;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * (n - 1 - i)));
    *ret_bytes = (struct tr_slice){(const char *)bytes, n};
    return 0;
}

/* The digits of whole and fraction, then zeros: one after the other. */
struct digit_reader {
    const char *p, *end;
    struct tr_slice next;
};

static unsigned next_digit(struct digit_reader *reader)
{
    if (reader->p == reader->end && reader->next.n) {
        reader->p = reader->next.p;
        reader->end = reader->p + reader->next.n;
        reader->next.n = 0;
    }
    return reader->p < reader->end ? (unsigned)(*reader->p++ - '0') : 0;
}

/* limbs (little-endian) × factor + addend. */
static size_t multiply_add(uint64_t *limbs, size_t n, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;

    for (size_t i = 0; i < n; i++) {
        wide product = (wide)limbs[i] * factor + carry;
        limbs[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    if (carry)
        limbs[n++] = carry;
    return n;
}

/* Quadratic, but 19 digits and 64 bits at a time: about 40 ms for the longest numeric there is. */
static size_t to_limbs(struct digit_reader *reader, size_t ndigits, uint64_t *limbs)
{
    size_t n = 0;
    size_t take = ndigits % LIMB_DIGITS ? ndigits % LIMB_DIGITS : LIMB_DIGITS;

    for (; ndigits; ndigits -= take, take = LIMB_DIGITS) {
        uint64_t chunk = 0, factor = 1;
        for (size_t i = 0; i < take; i++) {
            chunk = chunk * 10 + next_digit(reader);
            factor *= 10;
        }
        n = multiply_add(limbs, n, factor, chunk);
    }
    return n;
}

static void negate(unsigned char *bytes, size_t n)
{
    unsigned carry = 1;

    while (n--) {
        carry += (unsigned char)~bytes[n];
        bytes[n] = (unsigned char)carry;
        carry >>= 8;
    }
}

/* limbs to minimal two's complement; bytes has room for 8 * n + 1. */
static struct tr_slice put_limbs(const uint64_t *limbs, size_t n, bool negative,
                                 unsigned char *bytes)
{
    size_t size = 8 * n + 1, skip = 0;

    bytes[0] = 0;
    for (size_t i = 0; i < 8 * n; i++)
        bytes[size - 1 - i] = (unsigned char)(limbs[i / 8] >> (8 * (i % 8)));
    if (negative)
        negate(bytes, size);
    /* a leading byte that only repeats the sign bit of the next one says nothing */
    while (skip + 1 < size && bytes[skip] == (bytes[skip + 1] & 0x80 ? 0xff : 0x00))
        skip++;
    return (struct tr_slice){(const char *)bytes + skip, size - skip};
}

static int put_big(const struct tr_decimal *digits, size_t zeros, struct tr_arena *scratch,
                   struct tr_slice *ret_bytes)
{
    size_t ndigits = digits->whole.n + digits->fraction.n + zeros;
    size_t nlimbs = ndigits / LIMB_DIGITS + 2;
    struct digit_reader reader = {
        .p = digits->whole.p, .end = digits->whole.p + digits->whole.n, .next = digits->fraction};
    uint64_t *limbs = tr_arena_alloc(scratch, nlimbs * sizeof *limbs);
    unsigned char *bytes = tr_arena_alloc(scratch, 8 * nlimbs + 1);

    if (!limbs || !bytes)
        return -1;
    size_t n = to_limbs(&reader, ndigits, limbs);
    *ret_bytes = put_limbs(limbs, n, digits->negative, bytes);
    return 0;
}

int tr_decimal_unscaled(const struct tr_decimal *digits, size_t zeros, struct tr_arena *scratch,
                        struct tr_slice *ret_bytes)
{
    struct digit_reader reader = {
        .p = digits->whole.p, .end = digits->whole.p + digits->whole.n, .next = digits->fraction};
    size_t ndigits = digits->whole.n + digits->fraction.n + zeros;
    int64_t number = 0;

    if (ndigits > 18)
        return put_big(digits, zeros, scratch, ret_bytes);
    while (ndigits--)
        number = number * 10 + next_digit(&reader);
    return tr_decimal_small(digits->negative ? -number : number, scratch, ret_bytes);
}

int tr_decimal_fit(struct tr_decimal *digits, size_t scale, size_t *ret_zeros)
{
    while (digits->fraction.n > scale && digits->fraction.p[digits->fraction.n - 1] == '0')
        digits->fraction.n--;
    if (digits->fraction.n > scale || digits->whole.n + scale > MAX_DIGITS)
        return -1;
    *ret_zeros = scale - digits->fraction.n;
    return 0;
}

/* Big-endian two's complement. */
static BIGNUM *signed_number(struct tr_slice bytes)
{
    BIGNUM *number = BN_bin2bn((const unsigned char *)bytes.p, (int)bytes.n, NULL);
    BIGNUM *modulus = BN_new();

    if (number && modulus && bytes.n && (bytes.p[0] & 0x80) &&
        !(BN_set_bit(modulus, (int)bytes.n * 8) && BN_sub(number, number, modulus))) {
        BN_free(number);
        number = NULL;
    }
    BN_free(modulus);
    return number;
}

/* Digits, behind a sign if it is negative; OpenSSL's to free. */
static char *digits_of(struct tr_slice unscaled, bool *ret_negative)
{
    BIGNUM *number = signed_number(unscaled);
    char *digits = number ? BN_bn2dec(number) : NULL;

    *ret_negative = number && BN_is_negative(number);
    BN_free(number);
    return digits;
}

static void put_zeros(struct tr_writer *writer, size_t n)
{
    while (n--)
        tr_writer_char(writer, '0');
}

/* "123" at scale 5 is 0.00123, at scale -2 it is 12300. */
static void put_plain(struct tr_writer *writer, const char *digits, int scale)
{
    size_t n = strlen(digits), places = scale > 0 ? (size_t)scale : 0;

    if (n > places)
        tr_writer_put(writer, digits, n - places);
    else
        tr_writer_char(writer, '0');
    if (scale < 0 && strcmp(digits, "0") != 0)
        put_zeros(writer, (size_t)-scale);
    if (!places)
        return;
    tr_writer_char(writer, '.');
    if (n < places)
        put_zeros(writer, places - n);
    tr_writer_text(writer, digits + (n > places ? n - places : 0));
}

static void put_scientific(struct tr_writer *writer, const char *digits, int64_t exponent)
{
    tr_writer_char(writer, digits[0]);
    if (digits[1]) {
        tr_writer_char(writer, '.');
        tr_writer_text(writer, digits + 1);
    }
    if (exponent)
        tr_writer_printf(writer, "E%+" PRId64, exponent);
}

int tr_decimal_text(struct tr_slice unscaled, int scale, bool plain, struct tr_arena *scratch,
                    struct tr_slice *ret_text)
{
    struct tr_writer writer;
    bool negative;
    char *signed_digits = digits_of(unscaled, &negative);

    if (!signed_digits)
        return -1;
    const char *digits = signed_digits + negative;
    int64_t exponent = (int64_t)strlen(digits) - 1 - scale;
    tr_writer_begin(&writer, scratch);
    if (negative)
        tr_writer_char(&writer, '-');
    if (plain || (scale >= 0 && exponent >= -6))
        put_plain(&writer, digits, scale);
    else
        put_scientific(&writer, digits, exponent);
    tr_writer_char(&writer, '\0');
    OPENSSL_free(signed_digits);
    if (tr_writer_end(&writer, ret_text) < 0)
        return -1;
    ret_text->n--;
    return 0;
}
