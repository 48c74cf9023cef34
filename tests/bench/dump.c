/*
 * The limit that the server and the socket set: reads the binary log from FILE to its end, to
 * nothing. HOST beginning with / is a unix socket.
 * Prints: events, bytes, seconds, CPU seconds.
 */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NON_BLOCK = 1, SERVER_ID = 4711 };

static void die(MYSQL *mysql, const char *what)
{
    fprintf(stderr, "dump: %s: %s\n", what, mysql_error(mysql));
    exit(1);
}

static void little_endian(unsigned char *to, unsigned value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> 8 * i);
}

static MYSQL *open_session(char **argv)
{
    MYSQL *mysql = mysql_init(NULL);
    const char *path = argv[1][0] == '/' ? argv[1] : NULL;

    if (!mysql_real_connect(mysql, path ? "localhost" : argv[1], argv[3], argv[4], NULL,
                            (unsigned)atoi(argv[2]), path, 0))
        die(mysql, "connect");
    /* Without these MySQL sends no checksums and MariaDB no GTID events. */
    if (mysql_query(mysql, "SET @master_binlog_checksum = @@global.binlog_checksum, "
                           "@source_binlog_checksum = @@global.binlog_checksum, "
                           "@mariadb_slave_capability = 4"))
        die(mysql, "SET");
    return mysql;
}

static void begin_dump(MYSQL *mysql, const char *file)
{
    unsigned char command[256];
    size_t length = strlen(file);

    if (length > sizeof command - 10)
        length = sizeof command - 10;
    little_endian(command, 4, 4);
    little_endian(command + 4, NON_BLOCK, 2);
    little_endian(command + 6, SERVER_ID, 4);
    memcpy(command + 10, file, length);
    if (mysql->methods->db_command(mysql, COM_BINLOG_DUMP, (char *)command, 10 + length, 1, NULL))
        die(mysql, "COM_BINLOG_DUMP");
}

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    unsigned long events = 0, bytes = 0, length;

    if (argc != 6) {
        fprintf(stderr, "usage: %s HOST PORT USER PASSWORD FILE\n", argv[0]);
        return 2;
    }
    MYSQL *mysql = open_session(argv);
    double began = seconds(CLOCK_MONOTONIC), worked = seconds(CLOCK_PROCESS_CPUTIME_ID);
    begin_dump(mysql, argv[5]);
    while ((length = mysql_net_read_packet(mysql)) != packet_error) {
        if (length < 9 && mysql->net.read_pos[0] == 0xfe)
            break;
        events++;
        bytes += length;
    }
    if (length == packet_error)
        die(mysql, "read");
    double took = seconds(CLOCK_MONOTONIC) - began;
    worked = seconds(CLOCK_PROCESS_CPUTIME_ID) - worked;
    printf("%lu %lu %.6f %.6f\n", events, bytes, took, worked);
    mysql_close(mysql);
    return 0;
}
