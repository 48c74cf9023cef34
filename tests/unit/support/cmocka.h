/* cmocka wants these headers before its own. */
#ifndef TR_TESTS_UNIT_SUPPORT_CMOCKA_H
#define TR_TESTS_UNIT_SUPPORT_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
