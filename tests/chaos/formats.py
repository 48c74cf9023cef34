"""Records of other converters as JsonConverter would have written them: what the checker reads."""

import json

APICURIO = "io.apicurio.registry.utils.converter.AvroConverter"
CONFLUENT = "io.confluent.connect.avro.AvroConverter"
CLOUDEVENTS = "io.debezium.converters.CloudEventsConverter"


def settings(converter, registry):
    """Of a connector that writes its values so."""
    return {"value.converter": converter, "value.converter.schemas.enable": None, **{
        CONFLUENT: {"value.converter.schema.registry.url": registry.url},
        APICURIO: {"value.converter.apicurio.registry.url": registry.url,
                   "value.converter.apicurio.registry.auto-register": "true"},
        CLOUDEVENTS: {}}[converter]}


def reading(converter, registry):
    """A function of a record."""
    return from_cloud_event if converter == CLOUDEVENTS else from_avro(registry)


def from_avro(registry):
    """Of a ScriptedRegistry's Apicurio API, with ids in headers, or Confluent's."""
    def plain(record):
        if record.value is None:
            return record
        headers = dict(record.headers or ())
        if "apicurio.value.globalId" in headers:
            number = int.from_bytes(headers["apicurio.value.globalId"], "big") - 1000
            value = record.value
        else:
            number, value = int.from_bytes(record.value[1:5], "big"), record.value[5:]
        schema = json.loads(registry.text(number))
        return _with_value(record, _Avro(value).read(schema, {}, ""))
    return plain


def from_cloud_event(record):
    if record.value is None:
        return record
    event = json.loads(record.value)
    source = {"snapshot": event["iodebeziumsnapshot"], "txId": int(event["iodebeziumtxId"]),
              "lsn": int(event["iodebeziumlsn"])}
    data = event["data"].get("payload", event["data"])
    return _with_value(record, {"op": event["iodebeziumop"], "source": source, **data})


def _with_value(record, value):
    return record._replace(value=json.dumps(value).encode())


class _Avro:
    """As much of it as AvroConverter needs for the ledger's tables."""

    def __init__(self, data):
        self._data, self._at = data, 0

    def read(self, schema, names, space):
        if isinstance(schema, list):
            return self.read(schema[self._long()], names, space)
        if isinstance(schema, str):
            if schema in ("null", "string", "int", "long"):
                return getattr(self, f"_{schema}")()
            return self.read(names[schema if "." in schema else f"{space}.{schema}"], names, space)
        if schema["type"] != "record":
            return self.read(schema["type"], names, space)
        space = schema.get("namespace", space)
        _define(schema, names, space)
        return {field["name"]: self.read(field["type"], names, space)
                for field in schema["fields"]}

    def _null(self):
        return None

    def _string(self):
        size = self._long()
        self._at += size
        return self._data[self._at - size:self._at].decode()

    def _long(self):
        number = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            number |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return number >> 1 ^ -(number & 1)

    _int = _long


def _define(schema, names, space):
    """Also what stands in a branch that isn't read."""
    if isinstance(schema, list):
        for branch in schema:
            _define(branch, names, space)
    elif isinstance(schema, dict) and schema["type"] == "record":
        space = schema.get("namespace", space)
        names[f"{space}.{schema['name']}"] = schema
        for field in schema["fields"]:
            _define(field["type"], names, space)
    elif isinstance(schema, dict):
        _define(schema["type"], names, space)
