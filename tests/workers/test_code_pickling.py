"""Functions that travel by value keep their file, their lines and their source."""

import linecache
import pickle
import subprocess
import sys
import textwrap
import traceback

from autotune.workers.code_pickling import dumps


def outer(scale):
    def inner(value):
        raise ValueError(f"{scale * value} is too large")  # the line to show

    return inner


def function_from(path, text, name):
    linecache.checkcache()
    namespace = {"__name__": "__main__"}
    exec(compile(text, str(path), "exec"), namespace)
    return namespace[name]


def error_of(function, *arguments):
    try:
        function(*arguments)
    except ValueError as error:
        return "".join(traceback.format_exception(error))
    raise AssertionError("it must raise")


def test_a_closures_traceback_shows_its_file_line_and_source():
    copy = pickle.loads(dumps(outer(2)))
    assert copy.__code__.co_filename == __file__
    assert copy.__code__.co_firstlineno == outer(2).__code__.co_firstlineno
    assert "# the line to show" in error_of(copy, 3)
    assert "6 is too large" in error_of(copy, 3)


def test_lines_travel_where_the_file_does_not(tmp_path):
    path = tmp_path / "script.py"
    path.write_text("x = 1\n\n\ndef fails(value):\n    raise ValueError(value)  # of the script\n")
    content = dumps(function_from(path, path.read_text(), "fails"))
    path.unlink()
    code = textwrap.dedent("""
        import pickle, sys, traceback
        function = pickle.loads(sys.stdin.buffer.read())
        try:
            function(7)
        except ValueError:
            traceback.print_exc()
    """)
    process = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True)
    shown = process.stderr.decode()
    assert f'"{path}", line 5, in fails' in shown
    assert "raise ValueError(value)  # of the script" in shown


def test_two_functions_of_one_absent_file_keep_both_their_lines(tmp_path):
    path = tmp_path / "script.py"
    text = "def first():\n    raise ValueError(1)\n\ndef second():\n    raise ValueError(2)\n"
    path.write_text(text)
    pair = [function_from(path, text, name) for name in ("second", "first")]
    content = dumps(pair)
    path.unlink()
    linecache.clearcache()
    second, first = pickle.loads(content)
    assert "raise ValueError(1)" in error_of(first)
    assert "raise ValueError(2)" in error_of(second)


def test_code_without_any_source_travels():
    function = function_from("<nowhere>", "def f(x):\n    return x + 1\n", "f")
    assert pickle.loads(dumps(function))(1) == 2


def test_what_a_function_refers_to_travels_as_with_cloudpickle():
    class Local:
        factor = 3

        def times(self, value):
            return self.factor * value

    copy = pickle.loads(dumps(Local()))
    assert copy.times(5) == 15
    assert type(copy).times.__code__.co_filename == __file__
