#include "cli/notify.h"

void tr_notify_ready(void)
{
}

void tr_notify_reloading(void)
{
}

void tr_notify_stopping(void)
{
}

void tr_notify_status(const char *format, ...)
{
    (void)format;
}

int tr_notify_interval_ms(void)
{
    return 0;
}

void tr_notify_alive(void)
{
}
