/* Findings of a preflight (`tailrace check`): what was looked at, what is wrong, what mends it. */
#ifndef TR_BASE_REPORT_H
#define TR_BASE_REPORT_H

enum tr_severity { TR_FINDING_OK, TR_FINDING_WARNING, TR_FINDING_ERROR };

/* A receiver of findings. `mend` is SQL or a command that the user can run, or NULL. */
struct tr_report {
    void (*add)(struct tr_report *report, enum tr_severity severity, const char *what,
                const char *mend);
    unsigned warnings, errors;
};

void tr_report_add(struct tr_report *report, enum tr_severity severity, const char *mend,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Whether the file of a property can be written, or made. */
void tr_report_writable(struct tr_report *report, const char *property, const char *path);

#endif
