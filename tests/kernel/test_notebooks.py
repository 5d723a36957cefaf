"""Scripts of the course as notebooks: made by our own convert, run by nbclient, read by nbformat."""

import os
import shutil
import subprocess
import unittest

from common import PREFIX, PROGRAM

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts")
COURSE = os.path.join(SCRIPTS, "course")

# A folder with a project file, whose modules notebooks find.
shutil.copytree(os.path.join(SCRIPTS, "lib"), os.path.join(PREFIX, "lib"), dirs_exist_ok=True)
shutil.copy(os.path.join(SCRIPTS, "regulars.toml"), PREFIX)


def notebook(script):
    file = os.path.join(PREFIX, os.path.basename(script).replace(".rhai", ".ipynb"))
    subprocess.run([PROGRAM, "convert", script, "-o", file], check=True, capture_output=True)
    return nbformat.read(file, as_version=4)


def run(notebook):
    NotebookClient(notebook, timeout=120, kernel_name="regulars", resources={"metadata": {"path": PREFIX}}).execute()
    nbformat.validate(notebook)
    return notebook


class Course(unittest.TestCase):
    def test_a_script_of_the_course_runs_as_a_notebook(self):
        done = run(notebook(os.path.join(COURSE, "11_segments_and_cohorts.rhai")))
        cells = [cell for cell in done.cells if cell.cell_type == "code"]
        self.assertEqual([cell.execution_count for cell in cells], list(range(1, len(cells) + 1)))
        table = next(one for one in cells[0].outputs if one.output_type == "execute_result")
        self.assertIn("champions", table.data["text/plain"])
        self.assertIn("<table", table.data["text/html"])
        said = "".join(one.text for one in cells[2].outputs if one.output_type == "stream")
        self.assertIn("The best fifth brings", said)
        self.assertTrue(os.path.exists(os.path.join(PREFIX, "cohorts.png")))

    def test_every_script_of_the_course_runs(self):
        names = sorted(name for name in os.listdir(COURSE) if name.endswith(".rhai"))
        self.assertGreater(len(names), 11)
        for name in names:
            with self.subTest(name):
                run(notebook(os.path.join(COURSE, name)))

    def test_a_failing_cell_stops_a_run_and_says_where(self):
        wrong = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in ("let x = 1;", "x + nobody", "let never = 1;")]
        )
        with self.assertRaises(CellExecutionError) as raised:
            run(wrong)
        self.assertIn("nobody", str(raised.exception))
        self.assertIsNone(wrong.cells[2].execution_count)


if __name__ == "__main__":
    unittest.main()
