"""A C file of this folder in front of the C library."""

import subprocess
from pathlib import Path


class Preload:
    """What processes that are started with `env` run with: it obeys one number, in the file that
    `variable` names to it."""

    def __init__(self, folder, source, variable, number, **env):
        library, self._file = folder / "preload.so", folder / "preload"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library,
                        Path(__file__).with_name(source)], check=True)
        self.env = {"LD_PRELOAD": str(library), variable: str(self._file), **env}
        self.set(number)

    def set(self, number):
        mode = "r+b" if self._file.exists() else "wb"
        with open(self._file, mode) as file:
            file.write(number.to_bytes(8, "little", signed=True))
