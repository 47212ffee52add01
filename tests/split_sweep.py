#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits every model of some folders at random plans and checks the pieces without any of Cutline's own code.

    split_sweep.py CLI FOLDER.. [--plans 50] [--wire 5] [--system FILE] [--report FILE.csv]

Half of the plans are pipelines of two to four stages along the file's order, half give layers to platforms at random. Of
each: the command's own --verify says that the chain equals the whole; then the onnx package checks every piece, every node
of the model is in one piece and no tensor is made twice, and what crosses is charged as in the metrics, or is an open size
that a note names. With --wire N every N-th plan is split with --boundary wire. Needs the Python package onnx. Exit status: 0 all well, 1 a fault, 2 nothing could be run.
"""
import argparse
import collections
import csv
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import onnx

FOUR = """name: "four"
platform { name: "A" weight_bits: 8 activation_bits: 8 roofline { peak { type: "int8" macs_per_s: 1e11 } bandwidth_bytes_per_s: 1e10 } }
platform { name: "B" weight_bits: 16 activation_bits: 16 roofline { peak { type: "int16" macs_per_s: 2e11 } bandwidth_bytes_per_s: 1e10 } }
platform { name: "C" weight_bits: 8 activation_bits: 8 roofline { peak { type: "int8" macs_per_s: 3e11 } bandwidth_bytes_per_s: 2e10 } }
platform { name: "D" weight_bits: 32 activation_bits: 32 roofline { peak { type: "float32" macs_per_s: 1e11 } bandwidth_bytes_per_s: 3e10 } }
link { name: "ab" rate_bits_per_s: 1e9 between: "A" between: "B" }
link { name: "bc" rate_bits_per_s: 1e9 between: "B" between: "C" }
link { name: "cd" rate_bits_per_s: 1e9 between: "C" between: "D" }
"""
PLATFORMS = "ABCD"
# Annotations of tensors: they stand on both sides of a border.
ANNOTATIONS = {"QuantizeLinear", "DequantizeLinear"}
# What no engine here has operators for.
SKIPPED = {"custom_op.onnx", "custom_op_no_shapes.onnx"}


class Fault(Exception):
    pass


def run(command, limit_s=900):
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s)
    if done.returncode != 0:
        raise Fault(f"{command[1]}: status {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def assignment_of(layers, seed):
    """A platform for each layer, in the file's order: a pipeline where the seed is even."""
    chance = random.Random(seed)
    if seed % 2 == 0:
        stages = chance.randint(2, 4)
        cuts = sorted(chance.randrange(len(layers) + 1) for _ in range(stages - 1))
        order = chance.sample(PLATFORMS, stages)
        return [order[sum(1 for cut in cuts if cut <= at)] for at in range(len(layers))]
    used = chance.sample(PLATFORMS, chance.randint(2, 4))
    stay = chance.choice([3, 8, max(2, len(layers) // 3)])
    platform, at = chance.choice(used), []
    for _ in layers:
        if chance.randrange(stay) == 0:
            platform = chance.choice(used)
        at.append(platform)
    return at


def constant_outputs(graph):
    """Tensors that hold the same in every run: Cutline keeps what makes them with each reader, or keeps their value."""
    known = {t.name for t in graph.initializer} | {t.values.name for t in graph.sparse_initializer}
    known -= {i.name for i in graph.input}
    for node in graph.node:
        inputs = [name for name in node.input if name]
        alone = not node.op_type.startswith("Random") and not any(a.type in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS) for a in node.attribute)
        if node.op_type in ("Shape", "Size") or (alone and all(name in known for name in inputs)):
            known.update(node.output)
    return known


def nodes_of(graph, constants):
    """What must be computed once, by what it makes."""
    return collections.Counter((node.domain, node.op_type, tuple(node.output)) for node in graph.node
                               if node.op_type not in ANNOTATIONS and not all(name in constants for name in node.output if name))


def check_pieces(model, manifest, folder):
    constants = constant_outputs(model.graph)
    whole, pieces = nodes_of(model.graph, constants), collections.Counter()
    made = collections.Counter()
    for stage in manifest["stages"]:
        path = str(folder / stage["file"])
        onnx.checker.check_model(path)
        piece = onnx.load(path, load_external_data=False)
        own = nodes_of(piece.graph, constants | constant_outputs(piece.graph))
        pieces.update(own)
        for _, _, outputs in own.elements():
            made.update(name for name in outputs if name)
        if list(piece.opset_import) and piece.ir_version != model.ir_version:
            raise Fault(f"{stage['file']}: IR version {piece.ir_version}, the model has {model.ir_version}")
        inputs = [value.name for value in piece.graph.input]
        missing = [tensor["name"] for tensor in stage["inputs"] if tensor["name"] not in inputs]
        if missing:
            raise Fault(f"{stage['file']}: inputs {missing} of the manifest are not there")
    if pieces != whole:
        raise Fault(f"nodes differ: lost {list((whole - pieces))[:3]}, too many {list((pieces - whole))[:3]}")
    twice = [name for name, times in made.items() if times > 1]
    if twice:
        raise Fault(f"made twice: {twice[:5]}")


def check_charges(manifest, metrics):
    """Each crossing tensor's bytes as the metrics have them, and nothing else crosses."""
    charged = {(c["tensor"], c["from"]): c["bytes"] for c in metrics["crossing"]}
    platform = {stage["index"]: stage["platform"] for stage in manifest["stages"]}
    seen = set()
    for stage in manifest["stages"]:
        for tensor in stage["inputs"]:
            if tensor["fromStage"] == 0 or platform[tensor["fromStage"]] == stage["platform"]:
                continue
            key = (tensor.get("chargedAs", tensor["name"]), platform[tensor["fromStage"]])
            if key not in charged and any(note.startswith(f"tensor {tensor['name']}: open sizes") for note in manifest["notes"]):
                continue
            if key not in charged:
                raise Fault(f"{key} crosses and is not charged")
            if charged[key] != tensor["wireBytes"]:
                raise Fault(f"{key}: {tensor['wireBytes']} bytes in the manifest, {charged[key]} in the metrics")
            seen.add(key)
    inputs = {tensor["name"] for tensor in manifest["inputs"]}
    forgotten = {key for key in charged if key not in seen and key[0] not in inputs}
    if forgotten:
        raise Fault(f"charged and not crossing: {sorted(forgotten)[:3]}")


def check_plan(cli, model, path, layers, seed, system, scratch, boundary):
    plan, folder = scratch / "plan.json", scratch / "pieces"
    shutil.rmtree(folder, ignore_errors=True)
    plan.write_text(json.dumps({"assignment": [{"layer": layer, "platform": p} for layer, p in zip(layers, assignment_of(layers, seed))]}))
    common = [str(path), "--system", str(system), "--plan", str(plan), "--format", "json"]
    manifest = json.loads(run([cli, "split", *common, "--out", str(folder), "--boundary", boundary, "--verify", "--seed", str(seed)]))
    for output in manifest["verify"]["outputs"]:
        if not (output["sameShape"] and output["largestRelative"] <= 1e-5):
            raise Fault(f"output {output['name']} differs by {output['largestRelative']}")
    check_pieces(model, manifest, folder)
    check_charges(manifest, manifest["metrics"])
    if seed <= 2 and json.loads(run([cli, "evaluate", *common]))["plans"][0]["metrics"]["crossing"] != manifest["metrics"]["crossing"]:
        raise Fault("evaluate charges otherwise than the manifest")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--plans", type=int, default=50)
    parser.add_argument("--wire", type=int, default=0, help="every how manieth plan crosses as integers; 0: none")
    parser.add_argument("--system", help="a system with platforms A, B, C and D")
    parser.add_argument("--only", help="models whose name holds this")
    parser.add_argument("--report", help="one row for each model")
    asked = parser.parse_args()
    models = sorted((path for folder in asked.folders for path in pathlib.Path(folder).glob("*.onnx")), key=lambda p: p.stat().st_size)
    rows, faults = [], 0
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        system = pathlib.Path(asked.system) if asked.system else scratch / "four.textproto"
        if not asked.system:
            system.write_text(FOUR)
        for path in models:
            if path.name in SKIPPED or (asked.only and asked.only not in path.name):
                continue
            begin, well, words = time.time(), 0, []
            model = onnx.load(str(path), load_external_data=False)
            layers = [row["layer"] for row in csv.DictReader(run([asked.cli, "inspect", str(path), "--format", "csv"]).splitlines())]
            for seed in range(1, asked.plans + 1):
                try:
                    on_wire = asked.wire > 0 and seed % asked.wire == 0
                    check_plan(asked.cli, model, path, layers, seed, system, scratch, "wire" if on_wire else "model")
                    well += 1
                except (Fault, subprocess.TimeoutExpired, onnx.checker.ValidationError) as fault:
                    words.append(f"seed {seed}: {fault}")
            faults += asked.plans - well
            rows.append([path.name, len(layers), well, asked.plans, round(time.time() - begin, 1), "; ".join(words[:3])])
            print(f"{path.name}: {well} of {asked.plans} plans, {time.time() - begin:.0f} s" + ("" if not words else "\n  " + "\n  ".join(words[:3])), flush=True)
            if asked.report:
                with open(asked.report, "w", newline="") as out:
                    csv.writer(out).writerows([["model", "layers", "well", "plans", "seconds", "faults"], *rows])
    if not rows:
        print("no model was run", file=sys.stderr)
        return 2
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
