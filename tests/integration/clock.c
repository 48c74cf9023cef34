/* Preloaded: the wall clock is off by as many seconds as the file says that TEST_CLOCK names. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define LONG 1800 /* seconds: less than the clock is put back, more than anybody waits */

static const volatile int64_t *off;
static int (*real)(clockid_t, struct timespec *);
static int (*real_wait)(cnd_t *, mtx_t *, const struct timespec *);

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("TEST_CLOCK");
    int fd = path ? open(path, O_RDONLY) : -1;

    real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    real_wait =
        (int (*)(cnd_t *, mtx_t *, const struct timespec *))dlsym(RTLD_NEXT, "cnd_timedwait");
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *off, PROT_READ, MAP_SHARED, fd, 0);
    if (!real || !real_wait || map == MAP_FAILED)
        abort();
    close(fd);
    off = map;
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
    int rc = real ? real(clock, t) : -1;
    if (rc == 0 && clock == CLOCK_REALTIME && off)
        t->tv_sec += *off;
    return rc;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec t;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &t))
        return -1;
    *tv = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *ret)
{
    struct timespec t;
    time_t now = clock_gettime(CLOCK_REALTIME, &t) ? -1 : t.tv_sec;
    if (ret)
        *ret = now;
    return now;
}

int timespec_get(struct timespec *t, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, t) == 0 ? base : 0;
}

/* librdkafka's waits, which the kernel ends, whose clock is right. What was to end by the clock
 * before it was put back ends at once. */
int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex,
                  const struct timespec *restrict until)
{
    struct timespec now, t = *until;
    if (off && real(CLOCK_REALTIME, &now) == 0) {
        t.tv_sec -= *off;
        if (t.tv_sec > now.tv_sec + LONG)
            t = now;
    }
    return real_wait(condition, mutex, &t);
}
