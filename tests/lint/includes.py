#!/usr/bin/env python3
"""The include graph follows the layers.

A folder includes only itself and folders above it; a driver's headers are its own (main.c, the
composition root, names the drivers); a *-impl.h is for the folder that it belongs to.
"""

import os
import re

import tree

LAYERS = ["base", "record", "decoders", "config", "kafka", "encode", "transform", "capture",
          "signal", "snapshot", "source", "sink", "offsets", "connector", "verify", "worker",
          "rest", "cli"]

# Their folders are parts of one thing, not drivers that nobody else may know.
WHOLE = {"capture"}


def place_of(path):
    """The layer and the driver (or None) that a source file belongs to."""
    parts = path.split("/")[:-1]
    if parts and parts[0] == "src":
        parts = parts[1:]
    return parts[0] if parts else None, parts[1] if len(parts) > 1 else None


def resolve(path, name):
    """The file behind an include in quotes, or None."""
    for folder in (os.path.dirname(path), "src", "decoders"):
        candidate = os.path.normpath(os.path.join(folder, name))
        if os.path.exists(os.path.join(tree.ROOT, candidate)):
            return candidate
    return None


def objection(path, target):
    """Why this file may not include that one, or None."""
    layer, driver = place_of(path)
    other_layer, other_driver = place_of(target)
    if other_layer not in LAYERS:
        return f"{target} is in no layer"
    if LAYERS.index(other_layer) > LAYERS.index(layer):
        return f"{layer}/ stands above {other_layer}/ and can't include {target}"
    if other_layer == "decoders":
        if layer == "decoders" and driver != other_driver:
            return f"one decoder can't include another: {target}"
        return None
    if layer == other_layer and layer in WHOLE:
        return None
    if other_driver and (layer, driver) != (other_layer, other_driver):
        return f"only {other_layer}/{other_driver}/ and main.c may include {target}"
    if target.endswith("-impl.h") and layer != other_layer:
        return f"{target} is for {other_layer}/ alone"
    return None


def main():
    report = tree.Report("the include graph follows the layers, " + " < ".join(LAYERS))
    for path in tree.files("src", "decoders", ends=(".c", ".h")):
        layer, _ = place_of(path)
        if layer is not None and layer not in LAYERS:
            report.add(path, 0, f"{layer}/ is not a layer")
            continue
        for number, line in enumerate(tree.read(path).split("\n"), 1):
            match = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
            if not match:
                continue
            target = resolve(path, match.group(1))
            if target is None:
                report.add(path, number, f"no such header: {match.group(1)}")
            elif layer is not None and (why := objection(path, target)):
                report.add(path, number, why)
    report.finish()


main()
