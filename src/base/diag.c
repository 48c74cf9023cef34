#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int tr_fail(struct tr_diag *diag, enum tr_class cls, enum tr_reaction reaction, const char *format,
            ...)
{
    va_list args;

    diag->cls = cls;
    diag->reaction = reaction;
    va_start(args, format);
    vsnprintf(diag->message, sizeof diag->message, format, args);
    va_end(args);
    return -1;
}

int tr_fail_in(struct tr_diag *diag, const char *format, ...)
{
    char context[512];
    char rest[sizeof diag->message - sizeof context - 4];
    va_list args;

    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);
    size_t n = strnlen(diag->message, sizeof rest - 1);
    memcpy(rest, diag->message, n);
    rest[n] = '\0';
    snprintf(diag->message, sizeof diag->message, "%s: %s", context, rest);
    return -1;
}

const char *tr_class_name(enum tr_class cls)
{
    static const char *const names[] = {
        [TR_CONFIG] = "config", [TR_AUTH] = "auth", [TR_NETWORK] = "network",
        [TR_DATA] = "data",     [TR_SCHEMA] = "schema", [TR_SINK] = "sink",
        [TR_RESOURCE] = "resource", [TR_BUG] = "bug",
    };
    return names[cls];
}
