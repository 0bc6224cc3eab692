"""Where models run, and how their weights get there."""

import os
from dataclasses import dataclass
from typing import Literal

import ctranslate2
import onnxruntime

from models.weights import Weights


@dataclass(frozen=True)
class Device:
    """Where models run; `threads` is what one model may take of the processor."""

    name: Literal["cpu", "cuda"] = "cpu"
    threads: int = 2


def device(wanted: str = "auto") -> Device:
    """auto, cpu or cuda → what there is. Raises RuntimeError when CUDA is wanted and is not there."""
    if wanted not in ("auto", "cpu", "cuda"):
        raise ValueError(f"a device is auto, cpu or cuda, not {wanted}")
    threads = min(os.process_cpu_count() if hasattr(os, "process_cpu_count") else len(os.sched_getaffinity(0)), 8)
    missing = None if wanted == "cpu" else _why_no_cuda()
    if wanted == "cuda" and missing:
        raise RuntimeError(f"CUDA was asked for, and {missing}")
    if wanted == "cpu" or missing:
        return Device("cpu", threads)
    # The CUDA libraries come as wheels, which the dynamic linker does not search. ctranslate2 then finds them too.
    onnxruntime.preload_dlls()
    return Device("cuda", threads)


def _why_no_cuda() -> str | None:
    if not ctranslate2.get_cuda_device_count():
        return "no CUDA device is visible"
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        return "this onnxruntime was built without it: install requirements/models-gpu.txt"
    return None


def onnx(weights: Weights, device: Device) -> onnxruntime.InferenceSession:
    """Weights in ONNX → a session on the device. Raises RuntimeError when it fell back to the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = device.threads, 1
    # A thread that waits by spinning takes the core from the decoder and from /ping.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    providers = ["CPUExecutionProvider"]
    if device.name == "cuda":
        providers.insert(0, "CUDAExecutionProvider")
    session = onnxruntime.InferenceSession(weights.path(), options, providers=providers)
    if session.get_providers()[0] != providers[0]:
        raise RuntimeError(f"{weights.file} does not run on CUDA; the lines of onnxruntime above say why")
    return session
