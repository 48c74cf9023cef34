/* Compiler attributes and the small macros that every file may use. */
#ifndef TR_BASE_MACROS_H
#define TR_BASE_MACROS_H

#define TR_MUSTCHECK    __attribute__((warn_unused_result))
#define TR_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define TR_CLEANUP(fn)  __attribute__((cleanup(fn)))
#define TR_LIKELY(x)    __builtin_expect(!!(x), 1)
#define TR_UNLIKELY(x)  __builtin_expect(!!(x), 0)

#define TR_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TR_MIN(a, b)    ((a) < (b) ? (a) : (b))
#define TR_MAX(a, b)    ((a) > (b) ? (a) : (b))

#endif
