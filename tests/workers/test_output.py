"""What a worker prints is bounded while it runs, and moved to the trial's log whole or cut."""

import os

import pytest

from autotune.workers import output
from autotune.workers.output import KEPT_BYTES, MAX_BYTES, Output


@pytest.mark.parametrize("has_holes", [True, False])
def test_much_output_takes_little_disk_and_keeps_its_beginning_and_end(
    has_holes, tmp_path, monkeypatch
):
    if not has_holes:  # as on file systems that cannot free a part of a file
        monkeypatch.setattr(output, "_free", lambda *arguments: False)
    written = Output(tmp_path)
    descriptor = written.file.fileno()
    os.write(descriptor, b"begins\n")
    for _ in range(60):
        os.write(descriptor, b"x" * 50_000 + b"\n")
        written.trim()
        assert os.fstat(descriptor).st_blocks * 512 < MAX_BYTES + 200_000
    os.write(descriptor, b"ends\n")
    assert written.last_words() == "ends"
    written.move_to(tmp_path / "0")
    written.close()
    log = (tmp_path / "0" / "log.txt").read_bytes()
    assert log.startswith(b"begins\n") and log.endswith(b"ends\n") and b"\0" not in log
    assert b"bytes left out]" in log and len(log) < 2 * KEPT_BYTES + 100


def test_each_trial_gets_its_own_part_and_a_silent_one_no_folder(tmp_path):
    written = Output(tmp_path)
    for number, text in enumerate(["first\n", "", "third\n", "again\n"]):
        os.write(written.file.fileno(), text.encode())
        written.move_to(tmp_path / str(min(number, 2)))
    written.close()
    assert (tmp_path / "0" / "log.txt").read_text() == "first\n"
    assert not (tmp_path / "1").exists()
    assert (tmp_path / "2" / "log.txt").read_text() == "third\nagain\n"


def test_a_log_that_cannot_be_kept_is_said_and_ends_nothing(tmp_path, capsys):
    written = Output(tmp_path)
    os.write(written.file.fileno(), b"text\n")
    (tmp_path / "file").write_text("")
    written.move_to(tmp_path / "file" / "0")
    written.close()
    assert "a trial's log could not be kept" in capsys.readouterr().err
