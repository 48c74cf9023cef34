"""Enough of PromQL's grammar to find a query that Prometheus would refuse, and what it names."""

import re

_TOKEN = re.compile(r"""\s+|(?P<text>"(?:[^"\\]|\\.)*")|(?P<range>\[[^\]]*\])
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?)|(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
    |(?P<operator>=~|!~|==|!=|<=|>=|[-+*/%^<>=])|(?P<mark>[(){},])""", re.VERBOSE)
_RANGE = re.compile(r"\[(?:[0-9]+[smhd]|\$__rate_interval|\$__range)\]$")
_AGGREGATIONS = {"sum", "min", "max", "avg", "count", "topk", "quantile"}
_FUNCTIONS = {"rate", "increase", "deriv", "histogram_quantile", "min_over_time", "max_over_time"}
_OF_RANGES = _FUNCTIONS - {"histogram_quantile"}
_BINARY = {"==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^", "and", "or", "unless"}


class Query:
    """Query(text) parses or raises ValueError; `metrics` are the names in it."""

    def __init__(self, text):
        self.text, self.metrics = text, set()
        self._tokens, at = [], 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if not match:
                raise ValueError(f"{text[at:]!r} in {text!r}")
            at = match.end()
            if match.lastgroup:
                self._tokens.append((match.lastgroup, match.group()))
        self._binary()
        if self._tokens:
            self._fail()

    def _fail(self):
        raise ValueError(f"at {self._tokens[:1]} in {self.text!r}")

    def _peek(self):
        return self._tokens[0] if self._tokens else (None, None)

    def _next(self, value=None, kind=None):
        if (value and self._peek()[1] != value) or (kind and self._peek()[0] != kind) \
                or not self._tokens:
            self._fail()
        return self._tokens.pop(0)[1]

    def _binary(self):
        self._unary()
        while self._peek()[1] in _BINARY:
            self._next()
            if self._peek()[1] in ("on", "ignoring"):
                self._grouping()
            self._unary()

    def _unary(self):
        kind, value = self._peek()
        if kind == "number":
            self._next()
        elif value == "(":
            self._next()
            self._binary()
            self._next(")")
        elif value in _AGGREGATIONS:
            self._aggregation()
        elif value in _FUNCTIONS:
            self._call()
        else:
            self._selector()

    def _grouping(self):
        self._next()
        self._next("(")
        self._next(kind="name")
        while self._peek()[1] == ",":
            self._next()
            self._next(kind="name")
        self._next(")")

    def _aggregation(self):
        self._next()
        if self._peek()[1] in ("by", "without"):
            self._grouping()
        self._arguments()

    def _call(self):
        name = self._next()
        self._arguments(ranged=name in _OF_RANGES)

    def _arguments(self, ranged=False):
        self._next("(")
        self._selector(ranged=True) if ranged else self._binary()
        while self._peek()[1] == ",":
            self._next()
            self._binary()
        self._next(")")

    def _selector(self, ranged=False):
        self.metrics.add(self._next(kind="name"))
        if self._peek()[1] == "{":
            self._next()
            while self._peek()[1] != "}":
                self._next(kind="name")
                if self._next(kind="operator") not in ("=", "!=", "=~", "!~"):
                    self._fail()
                self._next(kind="text")
                if self._peek()[1] != "}":
                    self._next(",")
            self._next("}")
        if ranged != (self._peek()[0] == "range"):
            self._fail()
        if ranged and not _RANGE.match(self._next()):
            self._fail()
