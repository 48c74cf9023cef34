"""Turn files into C: embed.py OUT FILE...; each becomes bytes and a length."""
import sys
from pathlib import Path

out, *files = map(Path, sys.argv[1:])
with out.open("w", encoding="ascii") as c:
    c.write('#include "rest/page/page.h"\n')
    for file in files:
        octets = file.read_bytes()
        name = "tr_page_" + file.name.replace(".", "_")
        c.write(f"\nstatic const char {name}_bytes[] = {{")
        for i, octet in enumerate(octets):
            signed = octet - 256 if octet > 127 else octet
            c.write(("\n    " if i % 16 == 0 else " ") + f"{signed},")
        c.write(f"\n}};\nconst struct tr_slice {name} = {{{name}_bytes, sizeof {name}_bytes}};\n")
