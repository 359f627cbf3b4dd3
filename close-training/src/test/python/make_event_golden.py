"""Makes events.golden: an event file as TensorBoard's own writer makes it.

    pip install tensorboard
    python make_event_golden.py ../resources/io/github/close4j/training/report/tensorboard

With --check FILE: reads a file by TensorBoard's own reader and prints what it holds.
"""
import sys
from pathlib import Path

import google.protobuf
import tensorboard
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

WALL_TIME = 1_790_000_000.25
TEXT = "a red star — *und* ein Kreis"


def text_value():
    shape = tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=1)])
    tensor = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_STRING, tensor_shape=shape, string_val=[TEXT.encode()])
    plugin = summary_pb2.SummaryMetadata.PluginData(plugin_name="text")
    metadata = summary_pb2.SummaryMetadata(plugin_data=plugin)
    return summary_pb2.Summary.Value(tag="validation/captions", metadata=metadata, tensor=tensor)


def events():
    yield event_pb2.Event(wall_time=WALL_TIME, file_version="brain.Event:2")
    start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    yield event_pb2.Event(wall_time=WALL_TIME, step=301, session_log=start)
    for step, tag, value in [
        (0, "train/loss", 0.0),
        (301, "train/loss", 2.718281828459045),
        (2**33, "validation/CIDEr-D", -1e-30),
        (302, "train/loss", float("nan")),
    ]:
        summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, simple_value=value)])
        yield event_pb2.Event(wall_time=WALL_TIME, step=step, summary=summary)
    yield event_pb2.Event(
        wall_time=WALL_TIME, step=303, summary=summary_pb2.Summary(value=[text_value()]))


def make(directory):
    with open(directory / "events.golden", "wb") as file:
        writer = RecordWriter(file)
        for event in events():
            writer.write(event.SerializeToString())
    (directory / "events.versions.txt").write_text(
        f"tensorboard {tensorboard.__version__}, protobuf {google.protobuf.__version__},"
        f" python {sys.version.split()[0]}\n")


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        for event in EventFileLoader(sys.argv[2]).Load():
            print(event)
    else:
        make(Path(sys.argv[1]))
