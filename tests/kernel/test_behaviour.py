"""What a user of notebooks relies on: what is stopped, what stays, what is aborted and what never is."""

import json
import os
import threading
import time
import unittest

from common import PATIENCE, client_of, start, stop
from jupyter_client.session import Session

# Each takes many seconds even in a release build.
LOOP = "let i = 0; while i < 1000000000 { i += 1; }"
JOIN = (
    'let a = sample("cdnow").with_columns((col("amount") * 0).cast("int").alias("k"));'
    'a.join(a, "k").select((col("amount").exp() + col("amount_right").exp()).sum())'
)
FIT = 'sample("cdnow").kmeans(#{ columns: ["quantity", "amount"], starts: 1000, k: [5, 6, 7, 8, 9, 10, 11, 12] })'
WRONG = 'sample("cdnow").filter(col("amonut") > 1)'


class WithKernel(unittest.TestCase):
    def setUp(self):
        self.manager, self.talk = start()
        self.addCleanup(lambda: stop(self.manager, self.talk))


class Cells(WithKernel):
    def test_variables_numbers_and_answers_stay(self):
        self.assertEqual(self.talk.run("let x = 6;")[0]["execution_count"], 1)
        self.assertEqual(self.talk.value("x * 7"), "42")
        self.assertEqual(self.talk.value("_ + out(2)"), "84")
        reply, shown = self.talk.run("x;")
        self.assertEqual((reply["status"], shown), ("ok", []))
        # Neither an empty cell nor a silent one is counted.
        self.assertEqual(self.talk.run("  \n")[0]["execution_count"], 4)
        request = self.talk.send('print("unheard"); x + 1', silent=True)
        self.talk.reply(request)
        kinds = [one["msg_type"] for one in self.talk.outputs(request)]
        self.assertEqual(kinds, ["status", "status"])
        self.assertEqual(self.talk.run("1", store_history=False)[0]["execution_count"], 5)
        self.assertEqual(self.talk.run("1")[0]["execution_count"], 5)
        reply, shown = self.talk.run("let x = ", store_history=True)
        self.assertEqual((reply["status"], reply["execution_count"]), ("error", 6))
        self.assertEqual(self.talk.run("1")[0]["execution_count"], 7)

    def test_a_failure_tells_its_place_and_what_to_do(self):
        reply, shown = self.talk.run("let tx = sample(\"cdnow\");\ntx.filter(col(\"amonut\") > 1)")
        self.assertEqual([one["msg_type"] for one in shown], ["error"])
        self.assertEqual(reply["traceback"], shown[0]["content"]["traceback"])
        text = "\n".join(reply["traceback"])
        for piece in ("amonut", "line 2, column", "did you mean `amount`?", "\x1b["):
            self.assertIn(piece, text)
        self.assertNotIn("input 1", text)
        self.assertEqual(reply["ename"], "Error")
        self.assertIn("did you mean", reply["evalue"])
        # What fails only when it is shown has failed as well; the name of an earlier cell is told.
        self.talk.run('let late = sample("cdnow").with_columns(col("amount").cast("string").cast("date").alias("d"));')
        reply, _ = self.talk.run("late")
        self.assertEqual(reply["status"], "error")
        self.assertIn("input 2", "\n".join(reply["traceback"]))

    def test_what_is_said_comes_in_its_order(self):
        _, shown = self.talk.run('print("a"); print("b"); show(sample("cdnow"), 2); print("客户 🛒"); 7')
        self.assertEqual([one["msg_type"] for one in shown], ["stream", "display_data", "stream", "execute_result"])
        self.assertEqual(shown[0]["content"], {"name": "stdout", "text": "a\nb\n"})
        self.assertEqual(shown[2]["content"]["text"], "客户 🛒\n")

    def test_printing_without_end_is_a_few_messages_and_can_be_stopped(self):
        request = self.talk.send("let n = 0; loop { n += 1; print(n); }")
        self.talk.until_busy(request)
        time.sleep(1)
        self.manager.interrupt_kernel()
        self.assertEqual(self.talk.reply(request)["content"]["ename"], "Interrupted")
        self.assertLess(len(self.talk.outputs(request)), 400)

    def test_hostile_text_is_escaped(self):
        _, shown = self.talk.run('frame(#{ "<b>a": ["<script>alert(1)</script>"] })')
        data = shown[0]["content"]["data"]
        self.assertNotIn("<script", data["text/html"])
        self.assertNotIn("<b>", data["text/html"])
        self.assertIn("<script>alert(1)</script>", data["text/plain"])

    def test_pictures_come_as_pixels_and_as_drawing(self):
        _, shown = self.talk.run('sample("cdnow").rfm().chart()')
        data, metadata = shown[0]["content"]["data"], shown[0]["content"]["metadata"]
        self.assertEqual(set(data), {"text/plain", "image/png", "image/svg+xml"})
        self.assertTrue(data["image/png"].startswith("iVBORw0KGgo"))
        self.assertTrue(data["image/svg+xml"].lstrip().startswith("<svg"))
        # No wider than a notebook is; the proportions are kept.
        self.assertEqual(metadata["image/png"], {"width": 800.0, "height": 467.0})
        self.assertIn('width="800" height="467"', data["image/svg+xml"][:200])

    def test_expressions_of_a_client_leave_nothing_behind(self):
        self.talk.run("let x = 5; 99")
        request = self.talk.send("x", user_expressions={"good": "x + 1", "bad": "nobody"})
        told = self.talk.reply(request)["content"]["user_expressions"]
        self.talk.outputs(request)
        self.assertEqual((told["good"]["status"], told["good"]["data"]["text/plain"]), ("ok", "6"))
        self.assertEqual((told["bad"]["status"], told["bad"]["ename"]), ("error", "Error"))
        self.assertEqual(self.talk.value("_"), "5")


class Stopping(WithKernel):
    def stopped(self, code):
        self.talk.run("let kept = 41;")
        request = self.talk.send(code)
        self.talk.until_busy(request)
        time.sleep(0.5)
        began = time.monotonic()
        self.manager.interrupt_kernel()
        reply = self.talk.reply(request)["content"]
        took = time.monotonic() - began
        self.assertEqual((reply["status"], reply["ename"]), ("error", "Interrupted"))
        self.assertLess(took, 10)
        self.talk.outputs(request)
        self.assertEqual(self.talk.value("kept + 1"), "42")

    def test_a_loop(self):
        self.stopped(LOOP)

    def test_a_join(self):
        self.stopped(JOIN)

    def test_a_fit(self):
        self.stopped(FIT)

    def test_an_interrupt_of_nothing_does_nothing(self):
        self.manager.interrupt_kernel()
        time.sleep(0.2)
        self.assertEqual(self.talk.value("1 + 1"), "2")

    def test_the_control_channel_answers_while_a_cell_runs(self):
        request = self.talk.send(LOOP)
        self.talk.until_busy(request)
        client = self.talk.client
        message = client.session.msg("kernel_info_request", {})
        client.control_channel.send(message)
        reply = client.get_control_msg(timeout=10)
        self.assertEqual(reply["parent_header"]["msg_id"], message["header"]["msg_id"])
        self.assertTrue(client.hb_channel.is_beating())
        self.manager.interrupt_kernel()
        self.talk.reply(request)

    def test_long_work_tells_how_far_it_is_and_the_bar_goes_away(self):
        request = self.talk.send(FIT)
        self.talk.until_busy(request)
        time.sleep(4)
        self.manager.interrupt_kernel()
        self.talk.reply(request)
        shown = [one for one in self.talk.outputs(request) if "data" in one["msg_type"] or "clear" in one["msg_type"]]
        self.assertEqual(shown[0]["msg_type"], "display_data")
        display = shown[0]["content"]["transient"]["display_id"]
        updates = [one for one in shown if one["msg_type"] == "update_display_data"]
        self.assertTrue(all(one["content"]["transient"]["display_id"] == display for one in updates))
        self.assertEqual(updates[-1]["content"]["data"]["text/plain"], "")
        self.assertEqual(shown[-1]["msg_type"], "clear_output")


class Aborting(WithKernel):
    def test_what_was_sent_behind_a_failure_is_aborted_and_nothing_else(self):
        for _ in range(5):
            requests = [self.talk.send(code) for code in (WRONG, "1", "2")]
            question = self.talk.client.kernel_info()
            replies = {request: self.talk.reply(request)["content"]["status"] for request in requests[1:] + requests[:1]}
            self.assertEqual([replies[one] for one in requests], ["error", "aborted", "aborted"])
            self.assertEqual(self.talk.reply(question)["content"]["status"], "ok")
            for request in requests:
                self.assertTrue(self.talk.outputs(request))
            # The very next cell, sent at once.
            self.assertEqual(self.talk.value("40 + 2"), "42")

    def test_a_cell_sent_when_the_error_is_seen_runs(self):
        for _ in range(5):
            request = self.talk.send(WRONG)
            while self.talk.hear()["msg_type"] != "error":
                pass
            second = self.talk.send("7")
            self.assertEqual(self.talk.reply(request)["content"]["status"], "error")
            self.assertEqual(self.talk.reply(second)["content"]["status"], "ok")

    def test_cells_go_on_where_that_is_asked(self):
        requests = [self.talk.send(WRONG, stop_on_error=False), self.talk.send("1")]
        self.assertEqual([self.talk.reply(one)["content"]["status"] for one in requests], ["error", "ok"])

    def test_what_waits_behind_an_interrupted_cell_is_aborted(self):
        requests = [self.talk.send(LOOP), self.talk.send("1")]
        self.talk.until_busy(requests[0])
        self.manager.interrupt_kernel()
        replies = [self.talk.reply(one)["content"]["status"] for one in reversed(requests)]
        self.assertEqual(replies, ["aborted", "error"])


class Clients(WithKernel):
    def test_two_clients_share_variables_and_not_their_answers(self):
        other = client_of(self.manager)
        self.addCleanup(other.client.stop_channels)
        self.assertEqual(self.talk.value("let both = 20; both"), "20")
        self.assertEqual(other.value("both + 1"), "21")
        # What the second has queued is not aborted by a failure of the first.
        slow = self.talk.send(LOOP.replace("1000000000", "100000") + WRONG)
        requests = [other.send("both + 2"), other.send("both + 3")]
        self.assertEqual(self.talk.reply(slow)["content"]["status"], "error")
        self.assertEqual([other.reply(one)["content"]["status"] for one in requests], ["ok", "ok"])
        self.assertIs(self.talk.quiet(), True)
        # Both hear what either runs.
        heard = self.talk.outputs(requests[1])
        self.assertIn("execute_result", [one["msg_type"] for one in heard])

    def test_cells_of_both_at_once(self):
        other = client_of(self.manager)
        self.addCleanup(other.client.stop_channels)
        wrong = []

        def ask(talk, first):
            for number in range(first, first + 40):
                reply = talk.reply(talk.send(f"{number} + 0", user_expressions={"n": f"{number}"}))
                if reply["content"]["user_expressions"]["n"]["data"]["text/plain"] != str(number):
                    wrong.append(reply)

        threads = [threading.Thread(target=ask, args=(talk, first)) for talk, first in ((self.talk, 0), (other, 1000))]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.assertEqual(wrong, [])

    def test_wrong_messages_are_ignored_and_nothing_ends(self):
        client = self.talk.client
        stranger = Session(key=b"another key", signature_scheme="hmac-sha256")
        stranger.send(client.shell_channel.socket, "execute_request", {"code": "let stolen = 1;", "silent": False})
        socket = client.shell_channel.socket
        good = client.session.serialize(client.session.msg("execute_request", {"code": "1"}))
        for frames in (
            [b"nonsense"],
            [b"<IDS|MSG>"],
            [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}"],
            [b"<IDS|MSG>", b"\xff", b"\xff", b"\xff", b"\xff", b"\xff"],
            good[:-1] + [b'{"code": "let stolen = 1;"}'],
            [b""] * 9,
        ):
            socket.send_multipart(frames)
        client.session.send(socket, "unheard_of_request", {})
        client.session.send(socket, "execute_request", {"code": ["no", "text"]})
        client.session.send(client.control_channel.socket, "unheard_of_request", {})
        self.assertEqual(self.talk.value("40 + 2"), "42")
        self.assertEqual(self.talk.run("stolen")[0]["status"], "error")

    def test_what_was_signed_cannot_be_sent_again(self):
        client = self.talk.client
        self.talk.run("let n = 0;")
        frames = client.session.serialize(client.session.msg("execute_request", {"code": "n += 1;", "silent": False}))
        for _ in range(3):
            client.shell_channel.socket.send_multipart(frames)
        self.assertEqual(self.talk.value("n"), "1")

    def test_a_client_that_leaves_disturbs_nobody(self):
        other = client_of(self.manager)
        other.client.stop_channels()
        self.assertEqual(self.talk.value("1 + 1"), "2")

    def test_comms_are_closed_at_once(self):
        client = self.talk.client
        message = client.session.msg("comm_open", {"comm_id": "c", "target_name": "t", "data": {}})
        client.shell_channel.send(message)
        shown = self.talk.outputs(message["header"]["msg_id"])
        self.assertIn(("comm_close", "c"), [(one["msg_type"], one["content"].get("comm_id")) for one in shown])
        request = client.comm_info()
        self.assertEqual(self.talk.reply(request)["content"], {"status": "ok", "comms": {}})


class Writing(WithKernel):
    def complete(self, code, cursor=None):
        return self.talk.reply(self.talk.client.complete(code, cursor))["content"]

    def test_places_are_code_points(self):
        self.talk.run('let orders = frame(#{ "客户": ["李雷"], amount: [1.5] });')
        code = 'print("👩🏽‍🚀 客"); orders.am + 1'
        cursor = code.index(" + 1")
        told = self.complete(code, cursor)
        self.assertEqual((told["matches"], told["cursor_start"], told["cursor_end"]), (["amount"], cursor - 2, cursor))
        self.assertEqual(self.complete("orde")["matches"], ["orders"])
        self.assertEqual(self.complete('orders.select("')["matches"], ['amount"', '客户"'])
        self.assertEqual([one["type"] for one in self.complete("sample(\"cdnow\").rena")["metadata"]["_jupyter_types_experimental"]], ["function"])

    def inspect(self, code, cursor=None):
        return self.talk.reply(self.talk.client.inspect(code, cursor))["content"]

    def test_names_are_told_about(self):
        self.talk.run('let tx = sample("cdnow");')
        for code, cursor, piece in [
            ("tx.rfm()", 5, "scores customers by how recently"),
            ("tx.rfm(#{ ", None, "scores customers by how recently"),
            ("tx", 1, "6,919 rows"),
            ("tx.filter", None, "filter"),
        ]:
            told = self.inspect(code, cursor)
            self.assertTrue(told["found"], code)
            self.assertIn(piece.lower(), told["data"]["text/plain"].lower().replace("6919", "6,919"))
            self.assertIn("text/html", told["data"])
        self.assertFalse(self.inspect("nobody")["found"])
        self.assertFalse(self.inspect("")["found"])

    def test_answers_to_questions(self):
        # It is only planned, so a yes costs nothing.
        self.talk.run('let a = sample("cdnow"); let b = concat([a, a]);')
        cross = 'let planned = b.join(b, #{ how: "cross" });'
        heard = []
        self.talk.client.allow_stdin = True
        for answer in ("n", "y"):
            request = self.talk.send(cross, allow_stdin=True)
            asked = self.talk.client.get_stdin_msg(timeout=PATIENCE)
            self.assertIn("go on?", asked["content"]["prompt"])
            self.assertEqual(asked["parent_header"]["msg_id"], request)
            self.assertEqual(asked["content"]["password"], False)
            self.talk.client.input(answer)
            heard.append(self.talk.reply(request)["content"]["status"])
            self.talk.outputs(request)
        self.assertEqual(heard, ["error", "ok"])
        # Where nobody can be asked, nobody is.
        self.assertEqual(self.talk.run(cross, allow_stdin=False)[0]["status"], "error")
        # A question is no reason not to stop.
        request = self.talk.send(cross, allow_stdin=True)
        self.talk.client.get_stdin_msg(timeout=PATIENCE)
        self.manager.interrupt_kernel()
        self.assertEqual(self.talk.reply(request)["content"]["status"], "error")

    def test_commands_of_the_prompt_are_told_apart(self):
        reply, _ = self.talk.run(":vars")
        self.assertIn("command of the prompt", reply["evalue"])
        _, shown = self.talk.run("help who leaves")
        self.assertIn("churn", shown[0]["content"]["data"]["text/plain"])


class Ending(unittest.TestCase):
    def test_restart_begins_anew_on_the_same_ports(self):
        manager, talk = start()
        self.addCleanup(lambda: stop(manager, talk))
        talk.run("let x = 1;")
        first = manager.provisioner.pid
        for _ in range(2):
            manager.restart_kernel(now=False)
            talk.client.wait_for_ready(timeout=PATIENCE)
        self.assertNotEqual(manager.provisioner.pid, first)
        self.assertEqual(talk.run("x")[0]["status"], "error")
        self.assertEqual(talk.run("1")[0]["execution_count"], 2)

    def test_a_kernel_that_works_ends_at_once(self):
        manager, talk = start()
        request = talk.send(LOOP)
        talk.until_busy(request)
        began = time.monotonic()
        stop(manager, talk)
        self.assertLess(time.monotonic() - began, 8)
        self.assertFalse(manager.is_alive())

    def test_the_reply_says_whether_it_restarts(self):
        manager, talk = start()
        message = talk.client.session.msg("shutdown_request", {"restart": False})
        talk.client.control_channel.send(message)
        reply = talk.client.get_control_msg(timeout=10)
        self.assertEqual(reply["content"], {"status": "ok", "restart": False})
        for _ in range(50):
            if not manager.is_alive():
                break
            time.sleep(0.1)
        self.assertFalse(manager.is_alive())
        talk.client.stop_channels()
        manager.cleanup_resources()

    def test_no_kernel_outlives_whoever_started_it(self):
        import subprocess
        import sys

        code = (
            "import common, json\n"
            "manager, talk = common.start()\n"
            "print(manager.provisioner.pid, flush=True)\n"
            "import os; os._exit(0)\n"
        )
        folder = os.path.dirname(os.path.abspath(__file__))
        told = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
        pid = int(told.stdout)
        for _ in range(50):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)
        self.fail(f"{pid} lives on")


class Installing(unittest.TestCase):
    def run_it(self, *arguments):
        import subprocess

        from common import PREFIX, PROGRAM

        told = subprocess.run([PROGRAM, "kernel", *arguments], capture_output=True, text=True, cwd=PREFIX)
        return told.returncode, told.stderr

    def test_it_is_installed_as_asked_and_taken_back(self):
        from common import PREFIX
        from jupyter_client.kernelspec import KernelSpecManager

        place = os.path.join(PREFIX, "jupyter_data_dir", "kernels", "with-net")
        self.assertEqual(self.run_it("install", "--name", "with-net", "--allow-net", "--rows", "7")[0], 0)
        spec = KernelSpecManager().get_kernel_spec("with-net")
        self.assertEqual(spec.resource_dir, place)
        self.assertEqual((spec.display_name, spec.language, spec.interrupt_mode), ("Regulars (with-net)", "rhai", "message"))
        self.assertTrue(os.path.isabs(spec.argv[0]))
        self.assertEqual(spec.argv[1:], ["kernel", "run", "--allow-net", "--rows", "7", "--connection-file", "{connection_file}"])
        self.assertEqual(self.run_it("uninstall", "--name", "with-net")[0], 0)
        self.assertFalse(os.path.exists(place))
        code, told = self.run_it("uninstall", "--name", "with-net")
        self.assertEqual(code, 1)
        self.assertIn("no kernel `with-net` is installed", told)

    def test_another_kernel_is_left_alone(self):
        from common import PREFIX

        place = os.path.join(PREFIX, "jupyter_data_dir", "kernels", "other")
        os.makedirs(place)
        with open(os.path.join(place, "kernel.json"), "w") as file:
            json.dump({"argv": ["python", "-m", "other"], "display_name": "Other", "language": "other"}, file)
        for what in ("install", "uninstall"):
            code, told = self.run_it(what, "--name", "other")
            self.assertEqual(code, 1)
            self.assertIn("holds another kernel", told)
        code, told = self.run_it("install", "--name", "../x")
        self.assertEqual(code, 1)
        self.assertIn("cannot name a kernel", told)


if __name__ == "__main__":
    unittest.main()
