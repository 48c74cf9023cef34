/* Character sets by name and by collation, and the way from each to UTF-8. */
#include <iconv.h>

#include "base/word.h"
#include "source/mysql/types/charset-impl.h"

enum form {
    UTF8,  /* utf8mb4, utf8mb3: as they are */
    ASCII, /* half of a one-byte charset */
    BYTE,  /* one byte, by table */
    UTF16, /* big-endian; ucs2 is a part of it */
    UTF16LE,
    UTF32,
    ICONV,
    ICONV_JIS, /* seven characters are others than iconv's: see jis_differences */
};

struct tr_mysql_charset {
    const char *name;
    enum form form;
    unsigned width; /* bytes of the longest character */
    unsigned first; /* that isn't ASCII; of a table: its first entry */
    const uint16_t *table;
    const char *iconv;
};

static const struct tr_mysql_charset charsets[] = {
    {"utf8mb4", UTF8, 4, 0x80, NULL, NULL},
    {"utf8mb3", UTF8, 3, 0x80, NULL, NULL},
    {"utf8", UTF8, 3, 0x80, NULL, NULL},
    {"latin1", BYTE, 1, 0x80, tr_mysql_latin1, NULL},
    {"ascii", ASCII, 1, 0x80, NULL, NULL},
    {"armscii8", BYTE, 1, 0x80, tr_mysql_armscii8, NULL},
    {"big5", ICONV, 2, 0, NULL, "BIG5-HKSCS"},
    {"cp1250", BYTE, 1, 0x80, tr_mysql_cp1250, NULL},
    {"cp1251", BYTE, 1, 0x80, tr_mysql_cp1251, NULL},
    {"cp1256", BYTE, 1, 0x80, tr_mysql_cp1256, NULL},
    {"cp1257", BYTE, 1, 0x80, tr_mysql_cp1257, NULL},
    {"cp850", BYTE, 1, 0x80, tr_mysql_cp850, NULL},
    {"cp852", BYTE, 1, 0x80, tr_mysql_cp852, NULL},
    {"cp866", BYTE, 1, 0x80, tr_mysql_cp866, NULL},
    {"cp932", ICONV, 2, 0, NULL, "CP932"},
    {"dec8", BYTE, 1, 0x80, tr_mysql_dec8, NULL},
    {"eucjpms", ICONV, 3, 0, NULL, "EUC-JP-MS"},
    {"euckr", ICONV, 2, 0, NULL, "CP949"},
    {"gb18030", ICONV, 4, 0, NULL, "GB18030"},
    {"gb2312", ICONV, 2, 0, NULL, "EUC-CN"},
    {"gbk", ICONV, 2, 0, NULL, "CP936"},
    {"geostd8", BYTE, 1, 0x80, tr_mysql_geostd8, NULL},
    {"greek", BYTE, 1, 0x80, tr_mysql_greek, NULL},
    {"hebrew", BYTE, 1, 0x80, tr_mysql_hebrew, NULL},
    {"hp8", BYTE, 1, 0x80, tr_mysql_hp8, NULL},
    {"keybcs2", BYTE, 1, 0x80, tr_mysql_keybcs2, NULL},
    {"koi8r", BYTE, 1, 0x80, tr_mysql_koi8r, NULL},
    {"koi8u", BYTE, 1, 0x80, tr_mysql_koi8u, NULL},
    {"latin2", BYTE, 1, 0x80, tr_mysql_latin2, NULL},
    {"latin5", BYTE, 1, 0x80, tr_mysql_latin5, NULL},
    {"latin7", BYTE, 1, 0x80, tr_mysql_latin7, NULL},
    {"macce", BYTE, 1, 0x80, tr_mysql_macce, NULL},
    {"macroman", BYTE, 1, 0x80, tr_mysql_macroman, NULL},
    {"sjis", ICONV_JIS, 2, 0, NULL, "CP932"},
    {"swe7", BYTE, 1, 0x40, tr_mysql_swe7, NULL},
    {"tis620", BYTE, 1, 0x80, tr_mysql_tis620, NULL},
    {"ucs2", UTF16, 2, 0, NULL, NULL},
    {"ujis", ICONV_JIS, 3, 0, NULL, "EUC-JP-MS"},
    {"utf16", UTF16, 4, 0, NULL, NULL},
    {"utf16le", UTF16LE, 4, 0, NULL, NULL},
    {"utf32", UTF32, 4, 0, NULL, NULL},
};

const struct tr_mysql_charset *tr_mysql_charset_find(const char *name)
{
    for (size_t i = 0; name && i < TR_COUNT(charsets); i++)
        if (strcmp(charsets[i].name, name) == 0)
            return &charsets[i];
    return NULL;
}

const char *tr_mysql_charset_name(const struct tr_mysql_charset *charset)
{
    return charset->name;
}

unsigned tr_mysql_charset_width(const struct tr_mysql_charset *charset)
{
    return charset->width;
}

/* ---- collations ------------------------------------------------------------------------------ */

/* Ids from information_schema.COLLATIONS of both servers: from one to the next line's. */
static const struct {
    unsigned first;
    const char *charset;
} collations[] = {
    {0, NULL},        {1, "big5"},      {2, "latin2"},    {3, "dec8"},      {4, "cp850"},
    {5, "latin1"},    {6, "hp8"},       {7, "koi8r"},     {8, "latin1"},    {9, "latin2"},
    {10, "swe7"},     {11, "ascii"},    {12, "ujis"},     {13, "sjis"},     {14, "cp1251"},
    {15, "latin1"},   {16, "hebrew"},   {17, NULL},       {18, "tis620"},   {19, "euckr"},
    {20, "latin7"},   {21, "latin2"},   {22, "koi8u"},    {23, "cp1251"},   {24, "gb2312"},
    {25, "greek"},    {26, "cp1250"},   {27, "latin2"},   {28, "gbk"},      {29, "cp1257"},
    {30, "latin5"},   {31, "latin1"},   {32, "armscii8"}, {33, "utf8mb3"},  {34, "cp1250"},
    {35, "ucs2"},     {36, "cp866"},    {37, "keybcs2"},  {38, "macce"},    {39, "macroman"},
    {40, "cp852"},    {41, "latin7"},   {43, "macce"},    {44, "cp1250"},   {45, "utf8mb4"},
    {47, "latin1"},   {50, "cp1251"},   {53, "macroman"}, {54, "utf16"},    {56, "utf16le"},
    {57, "cp1256"},   {58, "cp1257"},   {60, "utf32"},    {62, "utf16le"},  {63, NULL},
    {64, "armscii8"}, {65, "ascii"},    {66, "cp1250"},   {67, "cp1256"},   {68, "cp866"},
    {69, "dec8"},     {70, "greek"},    {71, "hebrew"},   {72, "hp8"},      {73, "keybcs2"},
    {74, "koi8r"},    {75, "koi8u"},    {76, "utf8mb3"},  {77, "latin2"},   {78, "latin5"},
    {79, "latin7"},   {80, "cp850"},    {81, "cp852"},    {82, "swe7"},     {83, "utf8mb3"},
    {84, "big5"},     {85, "euckr"},    {86, "gb2312"},   {87, "gbk"},      {88, "sjis"},
    {89, "tis620"},   {90, "ucs2"},     {91, "ujis"},     {92, "geostd8"},  {94, "latin1"},
    {95, "cp932"},    {97, "eucjpms"},  {99, "cp1250"},   {100, NULL},      {101, "utf16"},
    {128, "ucs2"},    {160, "utf32"},   {192, "utf8mb3"}, {224, "utf8mb4"}, {248, "gb18030"},
    {251, NULL},      {255, "utf8mb4"}, {512, NULL},      {576, "utf8mb3"}, {608, "utf8mb4"},
    {640, "ucs2"},    {672, "utf16"},   {736, "utf32"},   {768, NULL},
};

const struct tr_mysql_charset *tr_mysql_charset_of_collation(unsigned collation)
{
    /* MariaDB's UCA 14.0.0 collations: 256 for each of these */
    static const char *const uca1400[] = {"utf8mb3", "utf8mb4", "ucs2", "utf16", "utf32"};

    if (collation >= 2048)
        return collation - 2048 < 256 * TR_COUNT(uca1400)
                   ? tr_mysql_charset_find(uca1400[(collation - 2048) / 256])
                   : NULL;
    if (collation >= 1024) /* MariaDB's twins without padding */
        collation -= 1024;
    size_t i = TR_COUNT(collations) - 1;
    while (collations[i].first > collation)
        i--;
    return tr_mysql_charset_find(collations[i].charset);
}

/* ---- conversion ------------------------------------------------------------------------------ */

#define REPLACEMENT 0xfffd

/* Room for one character. */
static char *put_utf8(char *p, uint32_t c)
{
    if (c < 0x80) {
        *p++ = (char)c;
    } else if (c < 0x800) {
        *p++ = (char)(0xc0 | c >> 6);
        *p++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *p++ = (char)(0xe0 | c >> 12);
        *p++ = (char)(0x80 | (c >> 6 & 0x3f));
        *p++ = (char)(0x80 | (c & 0x3f));
    } else {
        *p++ = (char)(0xf0 | c >> 18);
        *p++ = (char)(0x80 | (c >> 12 & 0x3f));
        *p++ = (char)(0x80 | (c >> 6 & 0x3f));
        *p++ = (char)(0x80 | (c & 0x3f));
    }
    return p;
}

/* Where the first byte above 0x7f stands, or text.n. */
static size_t ascii_length(struct tr_slice text)
{
    size_t i = 0;

    for (; i + 8 <= text.n; i += 8) {
        uint64_t high = tr_word_load(text.p + i) & TR_WORD_ALL(0x80);
        if (high)
            return i + tr_word_first(high);
    }
    while (i < text.n && (unsigned char)text.p[i] < 0x80)
        i++;
    return i;
}

/* Bytes of the well-formed character at p, 0: none (Unicode, table 3-7). */
static size_t utf8_length(const unsigned char *p, size_t left)
{
    unsigned char least = 0x80, most = 0xbf; /* of the second byte */
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

    if (n == 1)
        return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4 || left < n)
        return 0;
    if (p[0] == 0xe0)
        least = 0xa0;
    else if (p[0] == 0xed)
        most = 0x9f;
    else if (p[0] == 0xf0)
        least = 0x90;
    else if (p[0] == 0xf4)
        most = 0x8f;
    if (p[1] < least || p[1] > most)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

/* Where the first byte stands that isn't part of a character, or text.n. */
static size_t valid_length(struct tr_slice text)
{
    size_t i = ascii_length(text);

    while (i < text.n) {
        size_t n = utf8_length((const unsigned char *)text.p + i, text.n - i);
        if (n == 0)
            return i;
        i += n;
        if (n == 1)
            i += ascii_length((struct tr_slice){text.p + i, text.n - i});
    }
    return i;
}

/* What follows reads one character at *p; returns its code point and moves on. */
typedef uint32_t next_fn(const struct tr_mysql_charset *charset, const unsigned char **p,
                         const unsigned char *end);

static uint32_t next_utf8(const struct tr_mysql_charset *charset, const unsigned char **p,
                          const unsigned char *end)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t n = utf8_length(*p, (size_t)(end - *p));
    uint32_t c;

    (void)charset;
    if (n == 0) {
        (*p)++;
        return REPLACEMENT;
    }
    c = **p & masks[n];
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((*p)[i] & 0x3f);
    *p += n;
    return c;
}

static uint32_t next_byte(const struct tr_mysql_charset *charset, const unsigned char **p,
                          const unsigned char *end)
{
    unsigned c = *(*p)++;

    (void)end;
    if (charset->form == ASCII)
        return c < 0x80 ? c : REPLACEMENT;
    if (c < charset->first)
        return c;
    c = charset->table[c - charset->first];
    return c ? c : REPLACEMENT;
}

static unsigned unit(const unsigned char *p, bool little)
{
    return little ? (unsigned)p[1] << 8 | p[0] : (unsigned)p[0] << 8 | p[1];
}

static uint32_t next_utf16(const struct tr_mysql_charset *charset, const unsigned char **p,
                           const unsigned char *end)
{
    bool little = charset->form == UTF16LE;
    unsigned high, low;

    if (end - *p < 2) {
        *p = end;
        return REPLACEMENT;
    }
    high = unit(*p, little);
    *p += 2;
    if (high < 0xd800 || high > 0xdfff)
        return high;
    low = end - *p >= 2 ? unit(*p, little) : 0;
    if (high > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return REPLACEMENT;
    *p += 2;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static uint32_t next_utf32(const struct tr_mysql_charset *charset, const unsigned char **p,
                           const unsigned char *end)
{
    uint32_t c;

    (void)charset;
    if (end - *p < 4) {
        *p = end;
        return REPLACEMENT;
    }
    c = (uint32_t)(*p)[0] << 24 | (uint32_t)(*p)[1] << 16 | (uint32_t)(*p)[2] << 8 | (*p)[3];
    *p += 4;
    return c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? REPLACEMENT : c;
}

/* Bytes of UTF-8 that the text needs at most: no byte makes more than three, ASCII one. */
static size_t room_for(const struct tr_mysql_charset *charset, struct tr_slice text)
{
    size_t high = 0;

    if (charset->form == UTF32)
        return text.n + 3;
    if (charset->form == UTF16 || charset->form == UTF16LE)
        return text.n / 2 * 3 + 3;
    for (size_t i = 0; i < text.n; i++)
        high += (unsigned char)text.p[i] >= charset->first;
    return text.n + 2 * high;
}

static int convert(const struct tr_mysql_charset *charset, next_fn *next, struct tr_slice text,
                   struct tr_arena *arena, struct tr_slice *ret_text)
{
    const unsigned char *p = (const unsigned char *)text.p, *end = p + text.n;
    char *start = tr_arena_alloc(arena, room_for(charset, text));
    char *out = start;

    if (!start)
        return -1;
    while (p < end)
        out = put_utf8(out, next(charset, &p, end));
    *ret_text = (struct tr_slice){start, (size_t)(out - start)};
    return 0;
}

/* ---- iconv ----------------------------------------------------------------------------------- */

/* In the servers' sjis and ujis these are the characters of JIS X 0208, in iconv's nearest charsets
 * those of Windows. Each is three bytes long. */
static const struct {
    char windows[4], jis[4];
} jis_differences[] = {
    {"\xef\xbc\xbc", "\\"},           /* U+FF3C */
    {"\xef\xbd\x9e", "\xe3\x80\x9c"}, /* U+FF5E, U+301C */
    {"\xe2\x88\xa5", "\xe2\x80\x96"}, /* U+2225, U+2016 */
    {"\xef\xbc\x8d", "\xe2\x88\x92"}, /* U+FF0D, U+2212 */
    {"\xef\xbf\xa0", "\xc2\xa2"},     /* U+FFE0, U+00A2 */
    {"\xef\xbf\xa1", "\xc2\xa3"},     /* U+FFE1, U+00A3 */
    {"\xef\xbf\xa2", "\xc2\xac"},     /* U+FFE2, U+00AC */
};

static size_t to_jis(char *text, size_t n)
{
    char *out = text;

    for (size_t i = 0; i < n; i++) {
        size_t d = 0;
        if ((unsigned char)text[i] >= 0xe2 && n - i >= 3)
            while (d < TR_COUNT(jis_differences) && memcmp(text + i, jis_differences[d].windows, 3))
                d++;
        else
            d = TR_COUNT(jis_differences);
        if (d == TR_COUNT(jis_differences)) {
            *out++ = text[i];
            continue;
        }
        for (const char *c = jis_differences[d].jis; *c; c++)
            *out++ = *c;
        i += 2;
    }
    return (size_t)(out - text);
}

/* A converter per value: it has a state, which threads can't share, and costs less than the
 * conversion of a longer text. */
static int convert_iconv(const struct tr_mysql_charset *charset, struct tr_slice text,
                         struct tr_arena *arena, struct tr_slice *ret_text)
{
    size_t room = text.n * 3 + 8, left = text.n;
    char *start = tr_arena_alloc(arena, room), *out = start, *in = (char *)(uintptr_t)text.p;
    iconv_t cd = start ? iconv_open("UTF-8", charset->iconv) : (iconv_t)-1;

    if (cd == (iconv_t)-1)
        return -1;
    while (left && iconv(cd, &in, &left, &out, &room) == (size_t)-1 && room >= 8) {
        if (left == 0)
            break;
        char *end = put_utf8(out, REPLACEMENT);
        room -= (size_t)(end - out);
        out = end;
        in++, left--;
        iconv(cd, NULL, NULL, NULL, NULL);
    }
    iconv_close(cd);
    size_t n = (size_t)(out - start);
    *ret_text = (struct tr_slice){start, charset->form == ICONV_JIS ? to_jis(start, n) : n};
    return 0;
}

static int convert_any(const struct tr_mysql_charset *charset, struct tr_slice text,
                       struct tr_arena *arena, struct tr_slice *ret_text)
{
    switch (charset->form) {
    case UTF8:
        return convert(charset, next_utf8, text, arena, ret_text);
    case ASCII:
    case BYTE:
        return convert(charset, next_byte, text, arena, ret_text);
    case UTF16:
    case UTF16LE:
        return convert(charset, next_utf16, text, arena, ret_text);
    case UTF32:
        return convert(charset, next_utf32, text, arena, ret_text);
    default:
        return convert_iconv(charset, text, arena, ret_text);
    }
}

/* Does the text read the same in UTF-8? */
static bool is_utf8(const struct tr_mysql_charset *charset, struct tr_slice text)
{
    switch (charset->form) {
    case UTF8:
        return valid_length(text) == text.n;
    case UTF16:
    case UTF16LE:
    case UTF32:
        return text.n == 0;
    default:
        return charset->first != 0x40 && ascii_length(text) == text.n;
    }
}

int tr_mysql_charset_to_utf8(const struct tr_mysql_charset *charset, struct tr_slice text,
                             struct tr_arena *arena, struct tr_slice *ret_text,
                             struct tr_diag *diag)
{
    const struct tr_mysql_charset *from = charset ? charset : &charsets[0];

    *ret_text = text;
    if (TR_LIKELY(is_utf8(from, text)))
        return 0;
    if (convert_any(from, text, arena, ret_text) < 0)
        return from->iconv ? tr_fail(diag, TR_RESOURCE, TR_RETRY,
                                     "no memory, or no iconv module, to convert a text from "
                                     "character set %s",
                                     from->name)
                           : tr_fail_memory(diag);
    return 0;
}
