#include "base/report.h"

#include <stdarg.h>
#include <stdio.h>

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
