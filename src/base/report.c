#include "base/report.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void tr_report_add(struct tr_report *report, enum tr_severity severity, const char *mend,
                   const char *format, ...)
{
    char what[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    report->warnings += severity == TR_FINDING_WARNING;
    report->errors += severity == TR_FINDING_ERROR;
    report->add(report, severity, what, mend);
}

/* The file itself, or the folder that it would be made in. */
static bool may_write(const char *path)
{
    char copy[PATH_MAX];

    if (access(path, W_OK) == 0)
        return true;
    if (errno != ENOENT)
        return false;
    snprintf(copy, sizeof copy, "%s", path);
    return access(dirname(copy), W_OK | X_OK) == 0;
}

void tr_report_writable(struct tr_report *report, const char *property, const char *path)
{
    if (may_write(path))
        tr_report_add(report, TR_FINDING_OK, NULL, "%s (%s) can be written", path, property);
    else
        tr_report_add(report, TR_FINDING_ERROR, NULL, "%s (%s) can't be written: %s", path,
                      property, strerror(errno));
}
