#include "transform/debezium/envelope.h"

#include "base/slice.h"
#include "transform/shape.h"

/* As Debezium's SmtManager tells: by the schema's name. */
bool tr_envelope_find(const struct tr_schema *schema, struct tr_envelope_places *ret_places)
{
    static const char suffix[] = ".Envelope";
    size_t n = schema && schema->name ? strlen(schema->name) : 0;

    if (n < sizeof suffix - 1 || strcmp(schema->name + n - (sizeof suffix - 1), suffix) != 0)
        return false;
    ret_places->before = tr_shape_find(schema, "before");
    ret_places->after = tr_shape_find(schema, "after");
    ret_places->source = tr_shape_find(schema, "source");
    ret_places->op = tr_shape_find(schema, "op");
    return ret_places->before >= 0 && ret_places->after >= 0 && ret_places->source >= 0 &&
           ret_places->op >= 0;
}
