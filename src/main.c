/* The composition root: the one place that names concrete sources and sinks. */
#include "cli/cli.h"
#include "sink/file/file.h"
#include "sink/kafka/kafka.h"
#include "source/file/file.h"
#include "source/mysql/mysql.h"
#include "source/postgres/postgres.h"
#include "source/topic/topic.h"

int main(int argc, char **argv)
{
    const struct tr_drivers drivers = {
        .sources =
            {
                [TR_KIND_POSTGRES] = &tr_postgres_source,
                [TR_KIND_MYSQL] = &tr_mysql_source,
                [TR_KIND_MARIADB] = &tr_mariadb_source,
                [TR_KIND_FILE_SOURCE] = &tr_file_source,
                [TR_KIND_FILE_SINK] = &tr_topic_source,
            },
        .sinks =
            {
                [TR_SINK_KAFKA] = &tr_kafka_sink,
                [TR_SINK_STDOUT] = &tr_stdout_sink,
                [TR_SINK_FILE] = &tr_file_sink,
                [TR_SINK_NULL] = &tr_null_sink,
                [TR_SINK_TEXT] = &tr_text_sink,
            },
    };
    return tr_cli_main(argc, argv, &drivers);
}
