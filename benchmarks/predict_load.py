"""`POST /predict` under load, beside the usual Flask script with an eager ResNet-18, in one run.

    python benchmarks/predict_load.py LIBRARY --weights FILE [--seconds 20] [--rounds 2] [--connections 8]
    python benchmarks/predict_load.py LIBRARY --weights FILE --soak 3600

wrk (https://github.com/wg/wrk) sends the JPEG photos of LIBRARY, 40 of them in turn, over several connections at once.
The usual script opens each with Pillow, prepares it with torchvision and asks the network as it is; Flask's own server
runs it with a thread a request. LIBRARY is scanned first, so that albumsort has its calibrated network, as it would in
use. With --soak albumsort alone gets one request every two seconds for so many seconds; the
memory of the server is printed each minute.
"""

# ruff: noqa: S603  what is run is this project's own command, and wrk

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
from cold_scan import usual_way

ALBUMSORT = str(Path(sys.executable).with_name("albumsort"))
BOUNDARY = "edge-of-a-photo"
PHOTOS = 40

LUA = """
local bodies, next_body = {{}}, 0
for path in io.lines({list!r}) do
  local file = io.open(path, "rb")
  bodies[#bodies + 1] = file:read("*a")
  file:close()
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "multipart/form-data; boundary={boundary}"
function request()
  next_body = next_body % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[next_body])
end
function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.timeout + summary.errors.read + summary.errors.connect
  print(string.format("RESULT %d %d %.6f %.6f", summary.requests, failed, summary.duration / 1e6,
    latency:percentile(95) / 1e3))
end
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--precision", default="int8")
    parser.add_argument("--soak", type=int, default=0)
    parser.add_argument("--usual", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.usual:
        usual_script(args.weights, args.usual)
        return
    photos = sorted(path for path in args.library.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    photos = photos[:: max(1, len(photos) // PHOTOS)][:PHOTOS]
    with tempfile.TemporaryDirectory() as folder:
        state = ["--state", f"{folder}/state", "--weights", args.weights, "--precision", args.precision]
        subprocess.run([ALBUMSORT, "scan", str(args.library), *state, "--quiet"], check=True)
        if args.soak:
            soak(photos, args, Path(folder))
        else:
            compare(photos, args, Path(folder))


def compare(photos: list[Path], args: argparse.Namespace, folder: Path) -> None:
    """The two servers in turn, so that both meet the same machine."""
    figures: dict[str, list[tuple[float, float]]] = {"usual": [], "albumsort": []}
    script = write_requests(photos, folder)
    for _ in range(args.rounds):
        for name, found in figures.items():
            with server(name, args, folder) as (address, _process):
                load(address, script, args.connections, 3)  # warm
                found.append(load(address, script, args.connections, args.seconds))
    for name, found in figures.items():
        rate, late = (median(values) for values in zip(*found, strict=True))
        print(f"{name:<10} {rate:7.1f} requests a second, p95 {late:7.1f} ms")
    ratios = [ours[0] / theirs[0] for ours, theirs in zip(figures["albumsort"], figures["usual"], strict=True)]
    print(f"albumsort answers {median(ratios):.1f} times as many ({min(ratios):.1f} to {max(ratios):.1f})")


def soak(photos: list[Path], args: argparse.Namespace, folder: Path) -> None:
    """One request every two seconds; the memory at the start is that after the first minute."""
    bodies = [multipart(photo) for photo in photos]
    with server("albumsort", args, folder) as (address, process):
        begin, number = time.monotonic(), 0
        while time.monotonic() - begin < args.soak:
            ask(address, bodies[number % len(bodies)])
            number += 1
            if number % 30 == 0:
                print(f"{number:6} requests, {process.memory_info().rss / 2**20:7.1f} MiB", flush=True)
            time.sleep(max(0, begin + number * 2 - time.monotonic()))


def multipart(photo: Path) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{photo.name}"\r\n\r\n'
    return head.encode() + photo.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()


def write_requests(photos: list[Path], folder: Path) -> Path:
    """The script for wrk, and what it sends."""
    bodies = folder / "bodies"
    bodies.mkdir()
    for number, photo in enumerate(photos):
        (bodies / str(number)).write_bytes(multipart(photo))
    (folder / "list").write_text("".join(f"{bodies / str(number)}\n" for number in range(len(photos))))
    script = folder / "requests.lua"
    script.write_text(LUA.format(list=str(folder / "list"), boundary=BOUNDARY).replace("'", '"'))
    return script


def load(address: str, script: Path, connections: int, seconds: int) -> tuple[float, float]:
    """Requests answered a second, and the time in ms within which 95 of 100 were."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script), address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+)", told)
    if not match or int(match[2]):
        sys.exit(f"wrk: {told}")
    return int(match[1]) / float(match[3]), float(match[4])


@contextmanager
def server(name: str, args: argparse.Namespace, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run a server; yields the address of its ``/predict``, which answers by then."""
    port = 18344 if name == "albumsort" else 18345
    library = [str(args.library), "--state", str(folder / "state"), "--weights", args.weights]
    command = [ALBUMSORT, "serve", *library, "--port", str(port)]
    if name == "usual":
        command = [sys.executable, __file__, str(args.library), "--weights", args.weights, "--usual", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/predict"
    try:
        body = multipart(next(path for path in args.library.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg")))
        for _ in range(100):
            try:
                ask(address, body)
                break
            except OSError:
                time.sleep(0.5)
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def ask(address: str, body: bytes) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    request = urllib.request.Request(address, body, headers)  # noqa: S310  on this machine
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()


def usual_script(weights: str, port: int) -> None:
    """What tutorials show."""
    from flask import Flask, request

    classify, app = usual_way(weights), Flask(__name__)

    @app.post("/predict")
    def predict() -> dict[str, list[float]]:
        return {"probabilities": classify(request.files["file"].stream)}

    app.run(port=port, threaded=True)


if __name__ == "__main__":
    main()
