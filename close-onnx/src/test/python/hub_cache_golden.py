"""Writes what huggingface_hub makes of a download: every file, link and reference of its cache.

usage: hub_cache_golden.py OUTPUT   (a directory; cache-layout.json and cache-versions.txt)

The hub is a small server in this process, with the headers of the real one. A list of
[path, kind, value] comes out: the value of a link is where it leads, that of a reference its text.
"""

import hashlib
import json
import os
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REPOSITORY = "owner/tiny-model"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b'{"model_type": "clip"}',
    "tokenizer.json": b"{}",
    "model.safetensors": bytes(range(256)) * 20,
    "onnx/part.json": b"[]",
}
ABSENT = ["preprocessor_config.json", "processor_config.json"]


class Hub(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        name = self.path.removeprefix("/storage/").split("/resolve/main/")[-1]
        contents = FILES.get(name)
        headers = {"X-Repo-Commit": COMMIT}
        if contents is None:
            self.answer(404, {**headers, "X-Error-Code": "EntryNotFound"}, b"")
        elif name.endswith(".safetensors") and not self.path.startswith("/storage/"):
            sha256 = hashlib.sha256(contents).hexdigest()
            linked = {"X-Linked-Etag": f'"{sha256}"', "X-Linked-Size": str(len(contents))}
            self.answer(302, {**headers, **linked, "ETag": '"pointer"', "Location": self.storage(name)}, b"")
        else:
            git = hashlib.sha1(b"blob %d\0" % len(contents) + contents).hexdigest()
            self.answer(200, {**headers, "ETag": f'"{git}"'}, contents)

    def answer(self, status, headers, contents):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(contents)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(contents)

    def storage(self, name):
        """On another host, as the real one."""
        return f"http://localhost:{self.server.server_port}/storage/{name}"

    def log_message(self, *_):
        pass


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
    import huggingface_hub

    output = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        for name in FILES:
            huggingface_hub.hf_hub_download(REPOSITORY, name, cache_dir=cache)
        for name in ABSENT:
            try:
                huggingface_hub.hf_hub_download(REPOSITORY, name, cache_dir=cache)
            except huggingface_hub.errors.EntryNotFoundError:
                pass
        layout = []
        for path in sorted(cache.rglob("*")):
            name = path.relative_to(cache).as_posix()
            if path.is_symlink():
                layout.append([name, "link", os.readlink(path)])
            elif path.is_file():
                is_reference = "/refs/" in name
                layout.append([name, "text" if is_reference else "file", path.read_text() if is_reference else ""])
    (output / "cache-layout.json").write_text(json.dumps(layout, indent=1) + "\n")
    (output / "cache-versions.txt").write_text(
        f"python {sys.version.split()[0]}\nhuggingface_hub {huggingface_hub.__version__}\n"
    )


if __name__ == "__main__":
    main()
