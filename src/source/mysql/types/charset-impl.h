/* charset.c and its data. */
#ifndef TR_SOURCE_MYSQL_TYPES_CHARSET_IMPL_H
#define TR_SOURCE_MYSQL_TYPES_CHARSET_IMPL_H

#include <stdint.h>

#include "source/mysql/types/charset.h"

/* charset-table.c: code points by byte; the first entry is 0x80's. */
extern const uint16_t tr_mysql_armscii8[128], tr_mysql_cp1250[128], tr_mysql_cp1251[128],
    tr_mysql_cp1256[128], tr_mysql_cp1257[128], tr_mysql_cp850[128], tr_mysql_cp852[128],
    tr_mysql_cp866[128], tr_mysql_dec8[128], tr_mysql_geostd8[128], tr_mysql_greek[128],
    tr_mysql_hebrew[128], tr_mysql_hp8[128], tr_mysql_keybcs2[128], tr_mysql_koi8r[128],
    tr_mysql_koi8u[128], tr_mysql_latin1[128], tr_mysql_latin2[128], tr_mysql_latin5[128],
    tr_mysql_latin7[128], tr_mysql_macce[128], tr_mysql_macroman[128], tr_mysql_tis620[128];
extern const uint16_t tr_mysql_swe7[192]; /* the first entry is 0x40's */

#endif
