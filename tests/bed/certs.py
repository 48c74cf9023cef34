"""Certificates made on the spot: good ones, and every kind that has to be refused."""

import subprocess
from collections import namedtuple
from functools import lru_cache
from pathlib import Path

from .scratch import scratch

#: Paths of PEM files. `both` holds key and certificate, as Kafka's PEM key store wants it.
Certificate = namedtuple("Certificate", "cert key both")

_HERE = "DNS:localhost,IP:127.0.0.1"


class Certs:
    """Attributes are Certificates:

    ca, other_ca    two authorities
    server          for localhost and 127.0.0.1
    expired         the same, until yesterday
    wrong_host      for elsewhere.example
    other_server    the server's names, signed by other_ca
    client          for client authentication, CN=tailrace
    """

    def __init__(self, folder=None):
        self.folder = Path(folder or scratch("certs"))
        self.ca = self._authority("ca")
        self.other_ca = self._authority("other-ca")
        self.server = self._issue("server", _HERE)
        self.expired = self._issue("expired", _HERE, valid=("20200101000000Z", "20200102000000Z"))
        self.wrong_host = self._issue("wrong-host", "DNS:elsewhere.example")
        self.other_server = self._issue("other-server", _HERE, authority=self.other_ca)
        self.client = self._issue("client", "DNS:client", subject="/CN=tailrace")

    @staticmethod
    @lru_cache(None)
    def shared():
        """One set for this process: making them takes half a second."""
        return Certs()

    def _authority(self, name):
        certificate = self._paths(name)
        self._key(certificate)
        self._openssl("req", "-x509", "-new", "-key", certificate.key, "-out", certificate.cert,
                      "-subj", f"/CN=tailrace test {name}", "-days", "30",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        return self._joined(certificate)

    def _issue(self, name, names, authority=None, subject=None, valid=None):
        authority = authority or self.ca
        certificate = self._paths(name)
        self._key(certificate)
        request = self.folder / f"{name}.csr"
        self._openssl("req", "-new", "-key", certificate.key, "-out", request,
                      "-subj", subject or f"/CN={name}")
        # `openssl x509` can't date a certificate back; `openssl ca` can, and wants a small house.
        dates = ["-startdate", valid[0], "-enddate", valid[1]] if valid else ["-days", "30"]
        self._openssl("ca", "-batch", "-notext", "-config", self._house(names),
                      "-in", request, "-out", certificate.cert,
                      "-cert", authority.cert, "-keyfile", authority.key, *dates)
        return self._joined(certificate)

    def _house(self, names):
        config = self.folder / "openssl.cnf"
        (self.folder / "index.txt").write_text("")
        config.write_text(f"""[ca]
default_ca = here
[here]
database = {self.folder}/index.txt
new_certs_dir = {self.folder}
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
subjectAltName = {names}
extendedKeyUsage = serverAuth, clientAuth
authorityKeyIdentifier = keyid
""")
        return config

    def _paths(self, name):
        return Certificate(*(self.folder / f"{name}{end}" for end in (".crt", ".key", ".pem")))

    def _key(self, certificate):
        self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-out", certificate.key)

    def _joined(self, certificate):
        certificate.both.write_text(certificate.key.read_text() + certificate.cert.read_text())
        return certificate

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")
