#include "rest/resources/process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rest/resources/exposition.h"

static const char *const none[] = {NULL};

static void expose(struct tr_writer *writer, const struct tr_family *family, int64_t value)
{
    tr_expose_family(writer, family);
    tr_expose_sample(writer, family, value, none);
}

/* Fields 14, 15, 20, 22, 23, 24 of proc(5)'s /proc/pid/stat; the name before them may hold
 * anything. */
struct stat_line {
    unsigned long user, system, start, virtual, resident;
    long threads;
};

static bool read_stat(struct stat_line *ret_stat)
{
    char line[1024];
    FILE *file = fopen("/proc/self/stat", "re");
    size_t n = file ? fread(line, 1, sizeof line - 1, file) : 0;

    if (file)
        fclose(file);
    line[n] = '\0';
    const char *rest = strrchr(line, ')');
    return rest && sscanf(rest + 1,
                          " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d"
                          " %ld %*d %lu %lu %lu",
                          &ret_stat->user, &ret_stat->system, &ret_stat->threads, &ret_stat->start,
                          &ret_stat->virtual, &ret_stat->resident) == 6;
}

/* When the machine started, seconds since 1970; 0: not known. */
static int64_t boot_time(void)
{
    FILE *file = fopen("/proc/stat", "re");
    char line[256];
    int64_t time = 0;

    while (file && !time && fgets(line, sizeof line, file))
        if (sscanf(line, "btime %" SCNd64, &time) != 1)
            time = 0;
    if (file)
        fclose(file);
    return time;
}

static void expose_stat(struct tr_writer *writer)
{
    static const struct tr_family cpu = {"process_cpu_seconds_total", "CPU time, user and system.",
                                         TR_COUNTER, 1000};
    static const struct tr_family start = {"process_start_time_seconds",
                                           "When the process started, since 1970.", TR_GAUGE, 1000};
    static const struct tr_family virtual = {"process_virtual_memory_bytes",
                                             "Size of the address space.", TR_GAUGE, 0};
    static const struct tr_family resident = {"process_resident_memory_bytes", "Memory in use.",
                                              TR_GAUGE, 0};
    static const struct tr_family threads = {"process_threads", "Threads.", TR_GAUGE, 0};
    struct stat_line stat;
    int64_t tick = sysconf(_SC_CLK_TCK), boot = boot_time();

    if (!read_stat(&stat))
        return;
    expose(writer, &cpu, (int64_t)(stat.user + stat.system) * 1000 / tick);
    if (boot)
        expose(writer, &start, boot * 1000 + (int64_t)stat.start * 1000 / tick);
    expose(writer, &virtual, (int64_t)stat.virtual);
    expose(writer, &resident, (int64_t)stat.resident * sysconf(_SC_PAGESIZE));
    expose(writer, &threads, stat.threads);
}

static int64_t count_fds(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int64_t n = 0;

    if (!dir)
        return 0;
    for (const struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n - 1; /* without our own look */
}

void tr_expose_process(struct tr_writer *writer)
{
    static const struct tr_family open = {"process_open_fds", "Open file descriptors.", TR_GAUGE,
                                          0};
    static const struct tr_family most = {"process_max_fds",
                                          "How many file descriptors may be open.", TR_GAUGE, 0};
    struct rlimit limit;

    expose_stat(writer);
    expose(writer, &open, count_fds());
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        expose(writer, &most, (int64_t)limit.rlim_cur);
}
