"""Commands, as tests of the command line run them."""

import pytest

from autotune.cli import main


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, standard output and standard error."""

    def command(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        out = capsys.readouterr()
        return left.value.code, out.out, out.err

    return command
