/* What the service manager hears: sd_notify's messages, or nothing, as the build has it. */
#ifndef TR_CLI_NOTIFY_H
#define TR_CLI_NOTIFY_H

#include <stdint.h>

#include "base/macros.h"

void tr_notify_ready(void);
void tr_notify_reloading(void);
void tr_notify_stopping(void);
/* One line for systemctl status. */
void tr_notify_status(const char *format, ...) TR_PRINTF(1, 2);

/* How often it wants to hear from us, in ms; 0: not at all. */
int tr_notify_interval_ms(void);
void tr_notify_alive(void);

#endif
