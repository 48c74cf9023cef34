#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "cli/notify.h"

void tr_notify_ready(void)
{
    sd_notify(0, "READY=1");
}

void tr_notify_reloading(void)
{
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, tr_clock_monotonic_us());
}

void tr_notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

void tr_notify_status(const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    sd_notifyf(0, "STATUS=%s", text);
}

/* Half of what is allowed, as sd_watchdog_enabled(3) advises. */
int tr_notify_interval_ms(void)
{
    uint64_t us = 0;

    return sd_watchdog_enabled(0, &us) > 0 ? (int)TR_MIN(us / 2000, INT32_MAX) : 0;
}

void tr_notify_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}
