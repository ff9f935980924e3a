"""Drives `jogak shell` through a terminal: completion, lines until the semicolon, Ctrl-C, history, Ctrl-D.

    python3 terminal.py PROGRAM

The working directory and the environment are those of the caller. Ends with 0 where all went as it should.
"""

import os
import pty
import re
import select
import signal
import sys
import time

WAIT = 120


class Terminal:
    def __init__(self, program):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm", LANG="C.UTF-8")
            os.execv(program, [program, "shell", "--lang", "en"])

    def send(self, text):
        os.write(self.fd, text.encode())

    def until(self, pattern):
        """Reads until the pattern comes, which must be after everything that was waited for before."""
        end = time.monotonic() + WAIT
        while not (found := re.search(pattern, self.seen)):
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            if not ready:
                sys.exit(f"waited for {pattern!r} in vain; so far:\n{self.seen}")
            try:
                data = os.read(self.fd, 4096)
            except OSError:
                data = b""
            if not data:
                sys.exit(f"ended before {pattern!r}; so far:\n{self.seen}")
            # Without colours and movements of the cursor.
            self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", data.decode(errors="replace"))
        self.seen = self.seen[found.end() :]

    def end(self):
        """Ctrl-D; the exit code."""
        self.send("\x04")
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            ready, _, _ = select.select([self.fd], [], [], 0.1)
            if ready:
                try:
                    os.read(self.fd, 4096)
                except OSError:
                    pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        sys.exit("Ctrl-D did not end it")


def main():
    shell = Terminal(sys.argv[1])
    shell.until("jogak> ")
    shell.send("SELECT count(*) AS 수\r")
    shell.send("FROM catalog.datas\t WHERE id IS NOT NULL;\r")
    shell.until(r"FROM catalog\.datasets\s+WHERE")
    shell.until(r"\b600\b")
    shell.until("1 row")
    shell.until("jogak> ")

    # A line that is given up is not run.
    shell.send("SELECT 'given up'\x03")
    shell.until("jogak> ")

    shell.send("SELECT count(*) FROM generate_series(1, 1000000000000);\r")
    time.sleep(1)
    os.kill(shell.pid, signal.SIGINT)
    shell.until("was stopped")
    shell.until("jogak> ")

    # An error does not end it.
    shell.send("SELECT nothing;\r")
    shell.until("error: ")
    shell.until("jogak> ")
    shell.send("\\d system.runs\r")
    shell.until("start_id")
    shell.until("jogak> ")
    code = shell.end()
    if code != 0:
        sys.exit(f"exit code {code}")

    # The next shell remembers, newest first.
    shell = Terminal(sys.argv[1])
    shell.until("jogak> ")
    shell.send("\x1b[A\x1b[A")
    shell.until("SELECT nothing;")
    shell.send("\x03")
    shell.until("jogak> ")
    sys.exit(shell.end())


main()
