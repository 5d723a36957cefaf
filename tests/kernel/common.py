"""What the tests of the kernel share: the program, a place in which it is installed as a kernel, a client."""

import atexit
import contextlib
import os
import queue
import shutil
import subprocess
import tempfile
import time

PROGRAM = os.environ["REGULARS"]
PREFIX = tempfile.mkdtemp(prefix="regulars-kernel-")
atexit.register(shutil.rmtree, PREFIX, ignore_errors=True)

# Nothing of the user's own Jupyter is read or written.
for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME"):
    os.environ[name] = os.path.join(PREFIX, name.lower())
    os.makedirs(os.environ[name], exist_ok=True)
os.environ["JUPYTER_PATH"] = os.path.join(PREFIX, "share", "jupyter")
subprocess.run([PROGRAM, "kernel", "install", "--prefix", PREFIX, "--no-plugins"], check=True, capture_output=True)

from jupyter_client.manager import KernelManager  # noqa: E402  (after the environment is set)

PATIENCE = 60


class Talk:
    """A client with the answers that belong to each request."""

    def __init__(self, client):
        self.client = client
        # What was heard while something else was listened for, by the request.
        self.heard = {}

    def send(self, code, **more):
        return self.client.execute(code, **more)

    def reply(self, request, timeout=PATIENCE):
        """The answer of the shell to a request."""
        until = time.monotonic() + timeout
        while True:
            message = self.client.get_shell_msg(timeout=max(0.1, until - time.monotonic()))
            if message["parent_header"].get("msg_id") == request:
                return message

    def outputs(self, request, timeout=PATIENCE):
        """What is broadcast for a request, up to idle."""
        until = time.monotonic() + timeout
        while not any(one["content"].get("execution_state") == "idle" for one in self.heard.get(request, [])):
            self.hear(max(0.1, until - time.monotonic()))
        return self.heard.pop(request)

    def hear(self, timeout=PATIENCE):
        """The next thing that is broadcast."""
        message = self.client.get_iopub_msg(timeout=timeout)
        self.heard.setdefault(message["parent_header"].get("msg_id"), []).append(message)
        return message

    def run(self, code, **more):
        """Runs a cell: its reply, and what was shown, without the state."""
        request = self.send(code, **more)
        reply = self.reply(request)
        shown = [one for one in self.outputs(request) if one["msg_type"] not in ("status", "execute_input")]
        return reply["content"], shown

    def value(self, code):
        """The answer of a cell as text."""
        reply, shown = self.run(code)
        assert reply["status"] == "ok", reply
        return next(one["content"]["data"]["text/plain"] for one in shown if one["msg_type"] == "execute_result")

    def until_busy(self, request):
        while not any(one["msg_type"] == "execute_input" for one in self.heard.get(request, [])):
            self.hear()

    def quiet(self):
        """Whether nothing more comes from the shell."""
        with contextlib.suppress(queue.Empty):
            return self.client.get_shell_msg(timeout=0.3)["msg_type"]
        return True


def start(**more):
    """A kernel and a client that listens."""
    manager = KernelManager(kernel_name="regulars", **more)
    manager.start_kernel(cwd=PREFIX)
    return manager, client_of(manager)


def client_of(manager):
    client = manager.client()
    # Each client is one of its own, as the tabs of a browser are.
    client.session = type(client.session)(key=manager.session.key, signature_scheme=manager.session.signature_scheme)
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    return Talk(client)


def stop(manager, *talks):
    for talk in talks:
        talk.client.stop_channels()
    manager.shutdown_kernel(now=False)
