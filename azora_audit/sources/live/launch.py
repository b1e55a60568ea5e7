"""The keeper: a small process between us and PostgreSQL, run as a script with nothing of ours imported.

`python -I -S launch.py DIRECTORY PARENT MODE LIMITS PROGRAM ARGUMENT...` runs PROGRAM until it ends, until standard
input says something or closes, or until process PARENT ends, whichever comes first. In the last two cases it
stops PROGRAM by SIGQUIT (PostgreSQL's immediate shutdown, see
https://www.postgresql.org/docs/current/server-shutdown.html) and removes DIRECTORY: not even a SIGKILL of the
parent leaves a server or its files behind; should the keeper itself be killed, Linux sends that SIGQUIT.
Exits with PROGRAM's status.

PostgreSQL refuses to run as root. For root, MODE `auto` runs PROGRAM in a user namespace in which it appears
as `nobody` while its files stay root's, or as the real `nobody` (MODE `nobody`) where those are forbidden,
after giving it DIRECTORY. LIMITS are resource limits of setrlimit(2) for PROGRAM and all that it starts, such as
`RLIMIT_DATA=536870912,RLIMIT_FSIZE=268435456` (bytes), or empty.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys

NOBODY = 65534
CLONE_NEWUSER = 0x10000000  # sched.h
PR_SET_PDEATHSIG = 1  # sys/prctl.h
GRACE = 5.0
"""Seconds between SIGQUIT and SIGKILL."""


def enter_user_namespace() -> None:
    """Enter a new user namespace that shows this process, which is root, as `nobody`.

    Raises:
        OSError: the kernel or the container forbids it.
    """
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    with open("/proc/self/uid_map", "w", encoding="ascii") as mapping:  # noqa: PTH123 -- pathlib costs 5 ms here
        mapping.write(f"{NOBODY} 0 1")


def namespace_allowed() -> bool:
    """Try the user namespace in a child, because a failed attempt cannot be undone."""
    if not sys.platform.startswith("linux"):
        return False
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def give_to_nobody(directory: str) -> None:
    """Make `nobody` the owner of a directory and all that is in it."""
    os.chown(directory, NOBODY, NOBODY)
    for folder, folders, files in os.walk(directory):
        for name in (*folders, *files):
            os.lchown(os.path.join(folder, name), NOBODY, NOBODY)  # noqa: PTH118 -- pathlib costs 5 ms here


def limit(limits: str) -> None:
    """Set the resource limits of this process."""
    if not limits:
        return
    import resource  # noqa: PLC0415 -- most programs run without limits

    for entry in limits.split(","):
        name, _, value = entry.partition("=")
        resource.setrlimit(getattr(resource, name), (int(value), int(value)))


def run(program: list[str], keeper: int, namespace: bool, limits: str) -> None:
    """Become PROGRAM, with the rights, limits and death signal it needs; in the forked child, never returns."""
    limit(limits)
    if namespace:
        enter_user_namespace()
    elif os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if sys.platform.startswith("linux"):
        # After the change of user: that clears the signal (prctl(2)).
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != keeper:
            os._exit(1)
    os.execv(program[0], program)  # noqa: S606 -- the path comes from `binaries.find`


def start(program: list[str], namespace: bool, limits: str) -> int:
    """Fork and run PROGRAM, returning its process id."""
    keeper = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        run(program, keeper, namespace, limits)
    except OSError as error:
        print(f"{program[0]}: {error}, as user {os.geteuid()}", file=sys.stderr, flush=True)  # noqa: T201 -- the parent reads it from the log
    finally:
        os._exit(127)


def watch(child: int, parent: int, woken: int) -> int | None:
    """Wait for the first to end; return the child's exit status, or None when we are the ones to end it."""
    watched = [0, woken]
    if hasattr(os, "pidfd_open"):
        # A fork of the parent may keep our standard input open; the process descriptor tells the truth.
        try:
            watched.append(os.pidfd_open(parent))
        except ProcessLookupError:
            return None
        except OSError:
            pass  # a kernel before 5.3, or a sandbox: standard input alone must do
    while True:
        ready = select.select(watched, [], [])[0]
        if woken in ready:
            os.read(woken, 512)
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status) % 256
        if set(ready) - {woken}:
            return None


def end(child: int, woken: int) -> None:
    """Stop the child: SIGQUIT, and SIGKILL if that does not help."""
    for number, patience in ((signal.SIGQUIT, GRACE), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            if not select.select([woken], [], [], patience)[0]:
                break
            os.read(woken, 512)
        else:
            return


def main() -> int:
    """Run PROGRAM and keep the promises above."""
    directory, parent, mode, limits, *program = sys.argv[1:]
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    namespace = os.geteuid() == 0 and mode == "auto" and namespace_allowed()
    if os.geteuid() == 0 and not namespace:
        give_to_nobody(directory)
    child = start(program, namespace, limits)
    import shutil  # noqa: PLC0415 -- while the program starts: it is needed only at the end

    status = watch(child, int(parent), woken)
    if status is not None:
        return status
    end(child, woken)
    shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
