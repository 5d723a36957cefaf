"""The public suite for kernels, with samples of our language."""

import unittest

import common  # noqa: F401  (installs the kernel)
import jupyter_kernel_test


class Regulars(jupyter_kernel_test.KernelTests):
    kernel_name = "regulars"
    language_name = "rhai"
    file_extension = ".rhai"
    code_hello_world = 'print("hello, world")'
    code_stderr = "frame(#{ \"height\": [1] }).height"
    code_page_something = "rfm?"
    code_generate_error = "sample(\"cdnow\").filter(col(\"amonut\") > 1)"
    completion_samples = [
        {"text": "sample(\"cdnow\").re", "matches": {"reverse()", "rename("}},
        {"text": "sample(\"cd", "matches": {'cdnow"'}},
        {"text": "nobody_", "matches": set()},
    ]
    complete_code_samples = ["1", "let x = 1;", "fn f() { 2 }", "help rfm", "rfm?", "\"客户 🛒\"", "// words"]
    incomplete_code_samples = ["let x = ", "fn f() {", "\"open", "sample(\"cdnow\")."]
    invalid_code_samples = ["let x = )", "1 2"]
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "1 + 2 * 3", "result": "7"},
        {"code": "\"客户 🛒\"", "result": "客户 🛒"},
        {"code": "sample(\"cdnow\").head(2)", "mime": "text/html"},
        {"code": "sample(\"cdnow\").rfm().chart()", "mime": "image/png"},
        {"code": "sample(\"cdnow\").rfm().chart()", "mime": "image/svg+xml"},
        {"code": "help rfm", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "show(sample(\"cdnow\"), 3)", "mime": "text/html"},
        {"code": "show(sample(\"cdnow\").rfm().chart())", "mime": "image/png"},
    ]
    code_history_pattern = "1 ? 2 +*"
    supported_history_operations = ("tail", "search", "range")
    code_inspect_sample = "rfm"

    def execute_helper(self, *words, **options):
        """The suite waits a tenth of a second for each message; a machine with other work may need longer to bring it."""
        channel = self.kc.iopub_channel
        impatient = channel.get_msg
        channel.get_msg = lambda timeout=None: impatient(timeout=10)
        try:
            return super().execute_helper(*words, **options)
        finally:
            del channel.get_msg


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "regulars"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
