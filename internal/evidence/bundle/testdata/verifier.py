#!/usr/bin/env python3
"""A second verifier of evidence bundles, written from FORMAT.md with nothing but Python's own library.

verifier.py --trust KEYS [--require-witness N] [--printed "SIZE ROOT"] [BUNDLE...]

Bundles are named as arguments, or one a line on standard input. Each gets one line: "valid", "warnings" (it holds and something
is to be kept in mind), or "invalid CLASS". Exit status: 1 when one is invalid. Time stamps are not judged.
"""
import argparse
import base64
import binascii
import datetime
import functools
import hashlib
import json
import re
import struct
import sys
import zlib

MAX_INT = 2**63 - 1
PROFILES = ("full", "court", "client", "debtor")
CLASSES = ("open", "confidential_negotiation", "lawyer_to_lawyer", "internal", "special_category")
ATTEMPT = ("agreement", "source", "grade", "was")
LINES = "v log client subject seq prev type at clock occ actor req opkey build policy tmpl cp body".split()
FOR_PEOPLE = {"acta.es.pdf", "acta.en.pdf", "verify/readme.es.txt", "verify/readme.en.txt"}


class Invalid(Exception):
    """The bundle does not hold; the argument is the class."""


def demand(holds, reason):
    if not holds:
        raise Invalid(reason)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def is_hex(text, size=32):
    return re.fullmatch(r"[0-9a-f]{%d}" % (2 * size), text) is not None


def number(text, least=0):
    """A decimal number in its one spelling, or None."""
    if re.fullmatch(r"0|[1-9][0-9]{0,18}", text) is None or not least <= int(text) <= MAX_INT:
        return None
    return int(text)


def base64_bytes(text):
    """What base64 in its one spelling says, or None."""
    try:
        data = base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def hash_list(lines):
    hashes = [base64_bytes(line) for line in lines]
    return hashes if len(hashes) <= 130 and all(h is not None and len(h) == 32 for h in hashes) else None


# Ed25519 (RFC 8032, 5.1), in extended coordinates.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def recover(y, sign):
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * I % P
    if v * x * x % P != u or x == 0 and sign:
        return None
    return P - x if x % 2 != sign else x


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, (y & (1 << 255) - 1) % P
    x = recover(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(k, p):
    out = (0, 1, 1, 0)
    while k:
        if k & 1:
            out = plus(out, p)
        p, k = plus(p, p), k >> 1
    return out


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=4096)
def ed25519(public, message, signature):
    a, s = point(public), int.from_bytes(signature[32:], "little")
    if a is None or len(signature) != 64 or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, _ = plus(times(s, BASE), times(k, (P - a[0], a[1], 1, P - a[3])))
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


class Trust:
    """Keys by (name, id): list, public key, first and last size of the tree."""

    def __init__(self, text):
        self.keys = []
        for line in text.split("\n"):
            words = (" " + line).split(" #")[0].split()
            if not words or words[0] == "tsa":
                continue
            name, key_id, data = words[1].split("+", 2)
            raw = base64_bytes(data)
            kind = {"log": 1, "witness": 4, "receipts": 1}[words[0]]
            if len(raw) != 33 or raw[0] != kind or sha256(name.encode(), b"\n", raw)[:4].hex() != key_id:
                raise ValueError("that is no key: " + line)
            good = {"from": 0, "to": MAX_INT}
            good.update((w.split("=")[0], int(w.split("=")[1])) for w in words[2:])
            self.keys.append((words[0], name, bytes.fromhex(key_id), raw[1:], good["from"], good["to"]))

    def find(self, name, key_id, size):
        for kind, n, i, public, first, last in self.keys:
            if kind != "receipts" and (n, i) == (name, key_id) and first <= size <= last:
                return kind, public
        return None, None


class Container:
    """The zip: every byte is accounted for. Names, sizes and hashes of its files."""

    def __init__(self, data):
        self.data, self.files = data, {}
        listed, directory, at, last = b"", b"", 0, ""
        while last != "SHA256SUMS":
            head = data[at:at + 30]
            demand(len(head) == 30, "container")
            crc, size, size_again, length = struct.unpack("<LLLH", head[14:28])
            raw = data[at + 30:at + 30 + length]
            common = struct.pack("<HHHHHLLLHH", 10, 0, 0, 0, 0x21, crc, size, size, length, 0)
            content = data[at + 30 + length:at + 30 + length + size]
            demand(head == b"PK\3\4" + common and size == size_again and len(content) == size and zlib.crc32(content) == crc, "container")
            name = raw.decode("latin-1")
            demand(name == "SHA256SUMS" or self.plain(name) and name > last, "container")
            directory += b"PK\1\2" + struct.pack("<H", 10) + common + bytes(10) + struct.pack("<L", at) + raw
            at, last = at + 30 + length + size, name
            if name != "SHA256SUMS":
                self.files[name] = content
                listed += hashlib.sha256(content).hexdigest().encode() + b"  " + raw + b"\n"
        count = len(self.files) + 1
        end = b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, count & 0xffff, count & 0xffff, len(directory), at, 0)
        demand(content == listed and data[at:] == directory + end and count <= 65001, "container")

    @staticmethod
    def plain(name):
        return re.fullmatch(r"[a-z0-9._/-]{1,200}", name) is not None and ".." not in name and name[0] != "/"


def spelled(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return (text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n").encode()


def fits(value, shape):
    """Whether a JSON value has the members, in order, and the kinds of a shape."""
    if isinstance(shape, dict):
        return type(value) is dict and list(value) == list(shape) and all(fits(value[k], shape[k]) for k in shape)
    if isinstance(shape, list):
        return type(value) is list and all(fits(v, shape[0]) for v in value)
    return type(value) is shape and (shape is str or -MAX_INT - 1 <= value <= MAX_INT)


MANIFEST = {"format": str, "origin": str, "client": str, "subject": str, "profile": str, "size": int, "root": str,
            "events": [{"opening": str, "documents": [str]}]}
OPENING = {"fields": [{"name": str, "salt": str, "value": str}],
           "documents": [{"sha256": str, "bytes": int, "media_type": str, "salt": str}]}


def read_json(data, shape, reason):
    try:
        value = json.loads(data.decode())
        demand(fits(value, shape) and spelled(value) == data, reason)
    except (ValueError, RecursionError):
        raise Invalid(reason) from None
    return value


def instant(text):
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}\.[0-9]{6}Z", text) is None:
        return None
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return None


def shows(profile, kind):
    """How much a profile opens of a class: all of it, only the fields of the attempt, nothing."""
    if profile == "full" or kind == "open" or (profile, kind) == ("client", "confidential_negotiation"):
        return "all"
    return "attempt" if kind == "confidential_negotiation" else "nothing"


def commitment(salt, name, value):
    name, value = name.encode(), value.encode()
    return sha256(b"\2", bytes.fromhex(salt), struct.pack(">Q", len(name)), name, struct.pack(">Q", len(value)), value).hex()


class Verifier:
    def __init__(self, data, trust):
        self.trust, self.warned, self.cosigned = trust, False, []
        self.files = Container(data).files
        self.used = {"manifest.json", "checkpoint.txt"}
        self.m = self.manifest()
        self.checkpoint()
        self.chain()
        for n, (state, body) in enumerate(zip(self.m["events"], self.bodies), 1):
            self.event_opening("openings/%06d.json" % n, state, body)
        self.proofs()
        self.older()

    def file(self, name, reason, limit=4 << 20):
        self.used.add(name)
        demand(name in self.files and len(self.files[name]) <= limit, reason)
        return self.files[name]

    def manifest(self):
        m = read_json(self.file("manifest.json", "manifest", 32 << 20), MANIFEST, "manifest")
        demand(m["format"] == "recobro/bundle/v1" and m["events"] and m["profile"] in PROFILES and m["size"] >= 1, "manifest")
        return m

    def checkpoint(self):
        raw = self.file("checkpoint.txt", "checkpoint", 64 << 10)
        try:
            note = raw.decode()
        except UnicodeDecodeError:
            raise Invalid("checkpoint") from None
        head, _, signatures = note.partition("\n\n")
        demand(not any(c < " " and c != "\n" for c in note) and signatures.endswith("\n"), "checkpoint")
        lines, text = head.split("\n"), (head + "\n").encode()
        demand(len(lines) == 3 and lines[0] != "" and number(lines[1], 1) and hash_list(lines[2:]), "checkpoint")
        self.size, self.root, self.note = int(lines[1]), base64_bytes(lines[2]), note
        seen, signed = set(), signatures[:-1].split("\n")
        demand(len(signed) <= 100, "checkpoint")
        for n, line in enumerate(signed):
            words = line.split(" ")
            demand(len(words) == 3 and words[0] == "—" and words[1] != "" and "+" not in words[1], "checkpoint")
            name, data = words[1], base64_bytes(words[2])
            demand(data is not None and len(data) >= 5 and not any(c.isspace() for c in name), "checkpoint")
            kind, public = self.trust.find(name, data[:4], self.size)
            once = line if kind is None else (name, data[:4])
            demand(once not in seen and (n > 0 or kind == "log" and name == lines[0]), "checkpoint")
            seen.add(once)
            if n == 0:
                demand(ed25519(public, text, data[4:]), "checkpoint")
            elif kind == "witness":
                self.cosignature(text, public, data[4:])
            else:
                demand(kind is None, "checkpoint")
                self.warned = True
        demand([self.m["origin"], str(self.m["size"]), self.m["root"]] == lines, "checkpoint")
        self.warned |= not self.cosigned

    def cosignature(self, text, public, data):
        demand(len(data) == 72, "checkpoint")
        seconds = struct.unpack(">Q", data[:8])[0]
        demand(0 < seconds <= MAX_INT and ed25519(public, b"cosignature/v1\ntime %d\n" % seconds + text, data[8:]), "checkpoint")
        self.cosigned.append(seconds)

    def chain(self):
        self.headers, self.leaves, self.bodies, prev, before = [], [], [], "-", ""
        for n in range(1, len(self.m["events"]) + 1):
            head = self.file("events/%06d.hdr" % n, "header", 64 << 10)
            h = self.header(head)
            demand(h["seq"] == str(n) and h["prev"] == prev, "chain")
            at, occurred = instant(h["at"]), instant(h["occ"])
            demand(at and occurred and h["at"] >= before, "chain")
            self.bodies.append(self.body(self.file("events/%06d.body" % n, "body"), h["body"]))
            leaf = sha256(b"\0", self.m["origin"].encode(), b"/event/v1\n", head)
            prev, before = leaf.hex(), h["at"]
            self.headers.append(h)
            self.leaves.append(leaf)
            self.odd_times(n, h["clock"], at, occurred)

    def header(self, head):
        lines = head.decode("utf-8", "surrogateescape").split("\n")
        demand(len(lines) == len(LINES) + 1 and lines[-1] == "", "header")
        h = {}
        for name, line in zip(LINES, lines):
            demand(line.startswith(name + ": "), "header")
            h[name] = line[len(name) + 2:]
        same = all(h[line] == self.m[member] for line, member in (("log", "origin"), ("client", "client"), ("subject", "subject")))
        demand(h["v"] == "1" and same, "header")
        return h

    def odd_times(self, n, clock, at, occurred):
        minute, day, epoch = datetime.timedelta(minutes=1), datetime.timedelta(days=1), datetime.datetime(1970, 1, 1)
        self.warned |= clock != "ok" or occurred - at > minute or n > 1 and at - occurred > day
        self.warned |= any((at - epoch - minute).total_seconds() > c for c in self.cosigned)

    @staticmethod
    def body(data, expected):
        demand(hashlib.sha256(data).hexdigest() == expected, "body")
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        demand(len(lines) >= 3 and lines[0] == "v: 1" and lines[-1] == "" and lines[1].startswith("class: "), "body")
        rest = lines[2:-1]
        fields = [line for line in rest if line.startswith("com: ")]
        documents = [line for line in rest if line.startswith("att: ")]
        demand(lines[1][7:] in CLASSES and rest == fields + documents, "body")
        return lines[1][7:], fields, documents

    def event_opening(self, where, state, body):
        kind, fields, cited = body
        what, documents, much = state["opening"], state["documents"], shows(self.m["profile"], body[0])
        demand(len(documents) == len(cited), "manifest")
        self.warned |= what != "open"
        if what in ("open", "partial"):
            demand(where in self.files and much != "nothing" and (much == "all" or what == "partial"), "opening")
            o = read_json(self.file(where, "opening"), OPENING, "opening")
            self.fields(o["fields"], fields, much)
            self.documents(o["documents"], cited, documents, much)
            whole = len(o["fields"]) == len(fields) and len(o["documents"]) == len(cited)
            demand(whole == (what == "open"), "opening")
            return
        demand(what in ("destroyed", "withheld: " + kind), "manifest")
        demand(what == "destroyed" or much == "nothing", "opening")
        demand(where not in self.files and all(d == what for d in documents), "opening")

    @staticmethod
    def fields(opened, lines, much):
        for f in opened:
            demand(is_hex(f["salt"]), "opening")
            line = "com: %s %s" % (f["name"], commitment(f["salt"], f["name"], f["value"]))
            demand(line in lines and (much == "all" or f["name"] in ATTEMPT), "opening")
            lines = lines[lines.index(line) + 1:]

    def documents(self, opened, cited, states, much):
        opened = list(opened)
        for line, state in zip(cited, states):
            if state != "open":
                kind = state[len("withheld: "):]
                held = state.startswith("withheld: ") and kind in CLASSES and shows(self.m["profile"], kind) != "all"
                demand(held, "manifest")
                continue
            demand(opened and much == "all", "opening")
            d = opened.pop(0)
            demand(d["salt"] == "" or is_hex(d["salt"]), "opening")
            how = "com " + commitment(d["salt"], "attachment", d["sha256"]) if d["salt"] else "plain " + d["sha256"]
            demand(line == "att: %s %d %s" % (how, d["bytes"], d["media_type"]), "opening")
            name = "attachments/" + d["sha256"]
            data = self.files.get(name)
            demand(data is not None and len(data) == d["bytes"] and hashlib.sha256(data).hexdigest() == d["sha256"], "document")
            self.used.add(name)
        demand(not opened, "opening")

    def proofs(self):
        self.indexes = []
        for n, leaf in enumerate(self.leaves, 1):
            data = self.file("proofs/%06d.tlog-proof" % n, "proof").decode("utf-8", "replace")
            head, _, note = data.partition("\n\n")
            lines = head.split("\n")
            demand(lines[0] == "c2sp.org/tlog-proof@v1" and len(lines) > 1 and lines[1].startswith("index "), "proof")
            index, path = number(lines[1][6:]), hash_list(lines[2:])
            demand(index is not None and path is not None and note == self.note and index not in self.indexes, "proof")
            demand(index < self.size and self.root_of(leaf, index, path) == self.root, "proof")
            self.indexes.append(index)

    def root_of(self, node, index, path):
        """RFC 9162, 2.1.3.2; None when the path is too long or too short."""
        last = self.size - 1
        for h in path:
            if last == 0:
                return None
            if index & 1 or index == last:
                node = sha256(b"\1", h, node)
                while index and not index & 1:
                    index, last = index >> 1, last >> 1
            else:
                node = sha256(b"\1", node, h)
            index, last = index >> 1, last >> 1
        return node if last == 0 else None

    def began_with(self, old, root, path):
        """RFC 9162, 2.1.4.2."""
        path = [root] + path if old & old - 1 == 0 else path
        if not path:
            return False
        first, second, a, b = old - 1, self.size - 1, path[0], path[0]
        while first & 1:
            first, second = first >> 1, second >> 1
        for h in path[1:]:
            if second == 0:
                return False
            if first & 1 or first == second:
                a, b = sha256(b"\1", h, a), sha256(b"\1", h, b)
                while first and not first & 1:
                    first, second = first >> 1, second >> 1
            else:
                b = sha256(b"\1", b, h)
            first, second = first >> 1, second >> 1
        return second == 0 and (a, b) == (root, self.root)

    def older(self):
        self.roots = {self.size: self.root}
        for name in [n for n in self.files if n.startswith("older/")]:
            lines = self.file(name, "older").decode("utf-8", "replace").split("\n")
            demand(len(lines) >= 4 and lines[0] == "recobro/consistency/v1" and lines[1].startswith("old ") and lines[-1] == "", "older")
            old, hashes = number(lines[1][4:], 1), hash_list(lines[2:-1])
            demand(old and hashes and old < self.size and name == "older/%019d.consistency" % old, "older")
            demand(self.began_with(old, hashes[0], hashes[1:]), "older")
            self.roots[old] = hashes[0]
        for h, index in zip(self.headers, self.indexes):
            if h["cp"] != "-":
                size, _, root = h["cp"].partition(" ")
                known = number(size, 1) and is_hex(root) and self.roots.get(int(size)) == bytes.fromhex(root)
                demand(known and index >= int(size), "older")

    def demands(self, printed, witnesses):
        if printed:
            size, *root = printed.split()
            demand(self.roots.get(int(size)) == bytes.fromhex("".join(root)), "printed")
        demand(all(name in self.used or name in FOR_PEOPLE for name in self.files), "files")
        demand(len(self.cosigned) >= witnesses, "witness")


def verdict(path, trust, printed, witnesses):
    with open(path, "rb") as f:
        data = f.read()
    try:
        v = Verifier(data, trust)
        v.demands(printed, witnesses)
    except Invalid as reason:
        return "invalid %s" % reason
    return "warnings" if v.warned else "valid"


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--trust", required=True)
    ask.add_argument("--require-witness", type=int, default=0)
    ask.add_argument("--printed", default="")
    ask.add_argument("bundles", nargs="*")
    args = ask.parse_args()
    with open(args.trust, encoding="utf-8") as f:
        trust = Trust(f.read())
    worst = 0
    for path in args.bundles or sys.stdin.read().splitlines():
        line = verdict(path, trust, args.printed, args.require_witness)
        worst |= line.startswith("invalid")
        print(line)
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
