"""A child process that ends when its parent is gone, however the parent ended.

The parent keeps the write end of a pipe that is the child's standard input. A killed parent closes it, the child reads
end-of-file and ends its whole process group. It works for SIGKILL too, where no handler of the parent can run.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def end_with_parent() -> None:
    """Watch standard input in a daemon thread; at end-of-file kill this process group at once.

    Call it first thing in a child that was started with ``stdin=PIPE`` and ``start_new_session=True``. Nothing that the
    child has not committed counts (landing commits by manifest), so there is nothing to tidy up.
    """

    def watch() -> None:
        descriptor = sys.stdin.fileno()
        while os.read(descriptor, 4096):
            pass
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os._exit(1)  # not a group leader: end this process alone, never somebody else's group

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
