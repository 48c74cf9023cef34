/* The composition root: the one place that names concrete sources and sinks. */
#include "cli/cli.h"
#include "sink/file/file.h"
#include "sink/kafka/kafka.h"
#include "source/mysql/mysql.h"
#include "source/postgres/postgres.h"

int main(int argc, char **argv)
{
    const struct tr_drivers drivers = {
        .sources =
            {
                [TR_KIND_POSTGRES] = &tr_postgres_source,
                [TR_KIND_MYSQL] = &tr_mysql_source,
                [TR_KIND_MARIADB] = &tr_mariadb_source,
            },
        .sinks =
            {
                [TR_SINK_KAFKA] = &tr_kafka_sink,
                [TR_SINK_STDOUT] = &tr_stdout_sink,
                [TR_SINK_FILE] = &tr_file_sink,
                [TR_SINK_NULL] = &tr_null_sink,
            },
    };
    return tr_cli_main(argc, argv, &drivers);
}
