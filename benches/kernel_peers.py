"""How long a kernel of Jupyter takes from its start to its first answers, beside ipykernel, in turn.

    REGULARS=target/release/regulars python benches/kernel_peers.py [ROUNDS]

The Python needs jupyter_client and ipykernel. Told are the medians: from starting the process until `kernel_info` is answered, until
`1 + 1` has answered, and the memory of the process then; and one cell there and back on a kernel that runs.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ["REGULARS"]
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
PLACE = tempfile.mkdtemp(prefix="regulars-bench-")
for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
    os.environ[name] = os.path.join(PLACE, name.lower())
os.environ["JUPYTER_PATH"] = os.path.join(PLACE, "share", "jupyter")
subprocess.run([PROGRAM, "kernel", "install", "--prefix", PLACE], check=True, capture_output=True)

# The kernel of this very Python.
PYTHON = os.path.join(PLACE, "share", "jupyter", "kernels", "peer")
os.makedirs(PYTHON)
with open(os.path.join(PYTHON, "kernel.json"), "w") as file:
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    json.dump({"argv": argv, "display_name": "peer", "language": "python"}, file)

from jupyter_client.manager import KernelManager  # noqa: E402  (after the environment is set)


def reply(client, request, timeout=60):
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        message = client.get_shell_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") == request:
            return
    raise TimeoutError


def memory(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) / 1000 for line in file if line.startswith("VmRSS"))


def once(name):
    manager = KernelManager(kernel_name=name)
    began = time.perf_counter()
    manager.start_kernel(cwd=PLACE)
    client = manager.client()
    client.start_channels(hb=False)
    reply(client, client.kernel_info())
    known = time.perf_counter() - began
    reply(client, client.execute("1 + 1"))
    answered = time.perf_counter() - began
    held = memory(manager.provisioner.pid)
    cells = []
    for _ in range(50):
        start = time.perf_counter()
        reply(client, client.execute("1 + 1"))
        cells.append(time.perf_counter() - start)
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return known * 1e3, answered * 1e3, held, statistics.median(cells) * 1e3


found = {"regulars": [], "peer": []}
for _ in range(ROUNDS):
    for name, rounds in found.items():
        rounds.append(once(name))
for name, rounds in found.items():
    known, answered, held, cell = (statistics.median(column) for column in zip(*rounds))
    label = "regulars" if name == "regulars" else "ipykernel"
    print(f"{label:10} kernel_info {known:7.0f} ms   1 + 1 {answered:7.0f} ms   {held:6.0f} MB   a cell {cell:6.2f} ms")
