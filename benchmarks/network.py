"""The network alone beside OpenVINO and ONNX Runtime: the same photos, weights, threads and number of processes.

    pip install openvino nncf onnx onnxruntime
    python benchmarks/network.py PHOTOS --weights FILE [--threads 1] [--rounds 5] [--seconds 2]
    ONEDNN_MAX_CPU_ISA=AVX2 python benchmarks/network.py PHOTOS --weights FILE --only albumsort

PHOTOS holds photographs named NNN_anything.JPEG, where NNN is the ImageNet class. int8 is calibrated on every fourth of
them by both, and all get the same bytes: OpenVINO has the preprocessing in its graph, as albumsort has; that of ONNX
Runtime is done before and not counted. Each way runs in a process of its own, one after the other, round by round; it
tries batches of 1, 8, 16, 32 and 64. With several threads albumsort runs one stream a thread, as in a scan, OpenVINO
what it finds best for throughput.
"""

# ruff: noqa: S603  what is run is this file

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from albumsort.library.read import open_photo
from albumsort.vision.decode import small_picture
from albumsort.vision.weights import Weights, choose_weights

Pictures = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Run = Callable[[Pictures], Floats]
"""A batch of pictures, (n, crop, crop, 3), to its outputs, (n, 1000)."""

WAYS = (
    *("albumsort int8", "albumsort bf16", "albumsort fp32"),
    *("OpenVINO int8", "OpenVINO bf16", "OpenVINO fp32", "ONNX Runtime fp32"),
)
BATCHES = (1, 8, 16, 32, 64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--only", default="", metavar="PROGRAM", help="only the ways whose names begin so")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        print(json.dumps(measure(args)))
        return
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(args.rounds):
        for way in (way for way in WAYS if way.startswith(args.only)):
            command = [sys.executable, __file__, *sys.argv[1:], "--way", way]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{way}: not measured: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            else:
                found.setdefault(way, []).append(json.loads(done.stdout.splitlines()[-1]))
    show(found)


def show(found: dict[str, list[dict[str, Any]]]) -> None:
    ours = [one["milliseconds"] for one in found["albumsort int8"]]
    print("way                 ms a photo (range)        batch   top-1   albumsort int8 is x times as quick")
    for way, runs in found.items():
        times = [one["milliseconds"] for one in runs]
        ratio = statistics.median(other / own for own, other in zip(ours, times, strict=False))
        span = f"({min(times):.2f} to {max(times):.2f})"
        print(
            f"{way:<18} {statistics.median(times):6.2f} {span:<18} {runs[0]['batch']:>6} {runs[0]['top1']:>7.1%}"
            f" {ratio:>8.2f}"
        )


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Least milliseconds a photo over the batches, the batch, and the share of photos that are rightly named."""
    weights = choose_weights(None, args.weights, say=print)
    files = sorted(args.photos.glob("[0-9][0-9][0-9]_*"))
    pictures = np.stack([decode(file, weights) for file in files])
    truth = np.array([int(file.name[:3]) for file in files])
    warnings.simplefilter("ignore")
    program, precision = args.way.rsplit(" ", 1)
    makers = {"albumsort": albumsort, "OpenVINO": openvino, "ONNX Runtime": onnx_runtime}
    make = makers[program](weights, precision, pictures[::4], args.threads)
    best: dict[str, Any] = {"milliseconds": float("inf")}
    for batch in BATCHES:
        run, batches = make(batch), [pictures[:batch]] * args.threads
        milliseconds = 1000 * timed(run, batches, args.threads, args.seconds) / batch / len(batches)
        if milliseconds < best["milliseconds"]:
            best = {"milliseconds": milliseconds, "batch": batch}
    run = make(50)
    likeliest = np.concatenate([run(pictures[at : at + 50]).argmax(1) for at in range(0, len(pictures), 50)])
    return best | {"top1": float((likeliest == truth[: len(likeliest)]).mean())}


def decode(file: Path, weights: Weights) -> Pictures:
    with open_photo(str(file)) as photo:
        return small_picture(photo.stream, photo.format, weights.preprocessing)


def timed(run: Run, batches: list[Pictures], threads: int, seconds: float) -> float:
    """Least seconds in which ``threads`` callers run one batch each."""
    times: list[float] = []
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, batches))
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or len(times) < 3:
            start = time.perf_counter()
            list(pool.map(run, batches))
            times.append(time.perf_counter() - start)
    return min(times)


def albumsort(weights: Weights, precision: str, chosen: Pictures, _threads: int) -> Callable[[int], Run]:
    import torch

    from albumsort.vision.classify import Classifier
    from albumsort.vision.compile import calibrated, compiled
    from albumsort.vision.precision import int8_engine

    if precision == "int8":
        classifier = Classifier(calibrated(weights, list(chosen), int8_engine(weights.network)), "int8")
    else:
        classifier = Classifier(compiled(weights, "bf16" if precision == "bf16" else "fp32"), "fp32")
    torch.set_num_threads(1)
    return lambda _: lambda pictures: classifier.probabilities(pictures).numpy()


def plain_network(weights: Weights) -> Any:
    from albumsort.vision.weights import load_state

    network = weights.network.build()
    network.load_state_dict(load_state(weights))
    return network


def normalized(weights: Weights, pictures: Pictures) -> Floats:
    """Pictures as torchvision's networks take them: (n, 3, crop, crop)."""
    preprocessing = weights.preprocessing
    mean, std = np.array(preprocessing.mean, np.float32), np.array(preprocessing.std, np.float32)
    floats = (pictures / np.float32(255) - mean) / std
    return np.ascontiguousarray(floats.transpose(0, 3, 1, 2), np.float32)


def openvino(weights: Weights, precision: str, chosen: Pictures, threads: int) -> Callable[[int], Run]:
    import openvino as ov
    from openvino.preprocess import ColorFormat, PrePostProcessor

    model = ov.convert_model(plain_network(weights), example_input=normalized(weights, chosen[:1]))
    if precision == "int8":
        import nncf

        samples = [normalized(weights, picture[None]) for picture in chosen]
        model = nncf.quantize(model, nncf.Dataset(samples), subset_size=len(samples))
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(ColorFormat.RGB)
    means, scales = (
        [255 * value for value in values] for values in (weights.preprocessing.mean, weights.preprocessing.std)
    )
    steps.input().preprocess().convert_element_type(ov.Type.f32).mean(means).scale(scales)
    steps.input().model().set_layout(ov.Layout("NCHW"))
    model = steps.build()
    core = ov.Core()
    hint = {"INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32"}

    def make(batch: int) -> Run:
        crop = weights.preprocessing.crop
        model.reshape([batch, crop, crop, 3])
        settings = {**hint, "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads}
        compiled = core.compile_model(model, "CPU", settings)
        requests = ThreadLocal(compiled.create_infer_request)
        return lambda pictures: np.array(requests.get().infer([pictures])[0])

    return make


class ThreadLocal:
    """Something of its own for each thread."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._local = threading.local()

    def get(self) -> Any:
        if not hasattr(self._local, "own"):
            self._local.own = self._make()
        return self._local.own


def onnx_runtime(weights: Weights, precision: str, chosen: Pictures, _threads: int) -> Callable[[int], Run]:
    import onnxruntime
    import torch

    assert precision == "fp32"
    example = torch.from_numpy(normalized(weights, chosen[:1]))
    axes = {"x": {0: "n"}, "y": {0: "n"}}
    names: dict[str, Any] = {"input_names": ["x"], "output_names": ["y"], "dynamic_axes": axes}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        torch.onnx.export(plain_network(weights), (example,), file.name, dynamo=False, **names)
        session = onnxruntime.InferenceSession(file.name, options, providers=["CPUExecutionProvider"])
    ready: dict[bytes, Floats] = {}

    def run(pictures: Pictures) -> Floats:
        key = pictures[:1].tobytes() + bytes(len(pictures))
        if key not in ready:
            ready[key] = normalized(weights, pictures)
        outputs: Floats = session.run(None, {"x": ready[key]})[0]
        return outputs

    return lambda _: run


if __name__ == "__main__":
    main()
