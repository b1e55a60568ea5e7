"""The keeper: a small process between us and PostgreSQL, run as a script with nothing of ours imported.

`python -I -S launch.py DIRECTORY PARENT MODE LIMITS PROGRAM ARGUMENT...` runs PROGRAM until it ends, until standard
input says something or closes, or until process PARENT ends, whichever comes first. In the last two cases it
stops PROGRAM by SIGQUIT (PostgreSQL's immediate shutdown, see
https://www.postgresql.org/docs/current/server-shutdown.html) and removes DIRECTORY: not even a SIGKILL of the
parent leaves a server or its files behind; should the keeper itself be killed, Linux sends that SIGQUIT.
Exits with PROGRAM's status.

PostgreSQL refuses to run as root, and initdb as a user without a name. Then, with MODE `auto`, PROGRAM runs in a user
namespace in which it appears as `nobody` while its files stay those of the user. With MODE `nobody`, and where namespaces
are forbidden, root runs it as the real `nobody`, which can touch nothing of root's, after giving it DIRECTORY, and a copy
of its programs if `nobody` cannot reach them. LIMITS are resource limits of setrlimit(2) for PROGRAM and all that it
starts, such as `RLIMIT_DATA=536870912,RLIMIT_FSIZE=268435456` (bytes), or empty.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

NOBODY = 65534
CLONE_NEWUSER = 0x10000000  # sched.h
PR_SET_PDEATHSIG = 1  # sys/prctl.h
PREFIX = "azora-pg-"
"""Of folders that `workdir.sweep` removes; the same as there, which cannot be imported here."""
GRACE = 5.0
"""Seconds between SIGQUIT and SIGKILL."""


def has_name(user: int) -> bool:
    """Say whether the machine knows the user, as initdb asks."""
    import pwd  # noqa: PLC0415 -- not on every system

    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def nobody() -> int:
    """Return a user without rights that has a name: 65534 nearly everywhere."""
    if has_name(NOBODY):
        return NOBODY
    import pwd  # noqa: PLC0415 -- as above

    return max((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid), default=NOBODY)


def identity(
    user: int, named: bool, mode: str, allowed: Callable[[], bool], becomes: Callable[[], bool]
) -> str:
    """Say how PROGRAM gets a user that PostgreSQL accepts: `same`, `namespace` or `nobody`.

    Args:
        user: who we are.
        named: whether the machine knows that user.
        mode: see above.
        allowed: whether a user namespace can be had.
        becomes: whether root can become `nobody`, as it cannot in some containers.
    """
    if user != 0:
        return "same" if named or not allowed() else "namespace"
    if mode == "nobody" and becomes():
        return "nobody"
    return "namespace" if allowed() else "nobody"


def enter_user_namespace(shown: int) -> None:
    """Enter a new user namespace that shows this process's user as another.

    Raises:
        OSError: the kernel or the container forbids it.
    """
    user = os.geteuid()
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    with open("/proc/self/uid_map", "w", encoding="ascii") as mapping:  # noqa: PTH123 -- pathlib costs 5 ms here
        mapping.write(f"{shown} {user} 1")


def namespace_allowed() -> bool:
    """Try the user namespace in a child, because a failed attempt cannot be undone."""
    if not sys.platform.startswith("linux"):
        return False
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace(NOBODY)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def give(directory: str, user: int) -> None:
    """Make a user the owner of a directory and all that is in it."""
    os.chown(directory, user, user)
    for folder, folders, files in os.walk(directory):
        for name in (*folders, *files):
            os.lchown(os.path.join(folder, name), user, user)  # noqa: PTH118 -- pathlib costs 5 ms here


def become(user: int) -> None:
    """Give up root's rights for those of a user.

    Raises:
        OSError: this root has not that right.
    """
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)


def can_run(program: str, user: int) -> bool:
    """Say whether root can become a user who reaches a program, past all the folders above it."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            become(user)
            status = 0 if os.access(program, os.X_OK) else 1
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def copy_programs(program: str, target: str) -> str:
    """Copy an installation to where everybody may read it, and return the program's new path.

    The wheel's libraries lie beside its package, where its programs look for them.
    """
    import shutil  # noqa: PLC0415 -- rarely needed

    prefix = os.path.dirname(os.path.dirname(program))  # noqa: PTH120 -- as above
    package, name = os.path.split(prefix)
    copied = f"{target}/{os.path.basename(package)}"  # noqa: PTH119 -- as above
    shutil.copytree(prefix, f"{copied}/{name}", symlinks=True, dirs_exist_ok=True)
    if os.path.isdir(f"{package}.libs"):  # noqa: PTH112 -- as above
        shutil.copytree(f"{package}.libs", f"{copied}.libs", dirs_exist_ok=True)
    for folder, _, _ in os.walk(target):
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 -- programs are no secret
    return f"{copied}/{name}/bin/{os.path.basename(program)}"  # noqa: PTH119 -- as above


def place_for_programs(directory: str) -> tuple[str, int]:
    """Return a folder from which programs can be run, and the descriptor of its lock (-1: it is in DIRECTORY).

    Docker mounts /dev/shm without that right. The folder is swept like DIRECTORY when its lock is free.
    """
    if not os.statvfs(directory).f_flag & os.ST_NOEXEC:
        return f"{directory}/programs", -1
    import fcntl  # noqa: PLC0415 -- rarely needed
    import tempfile  # noqa: PLC0415 -- as above

    folder = tempfile.mkdtemp(prefix=PREFIX)
    lock = os.open(f"{folder}/lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def limit(limits: str) -> None:
    """Set the resource limits of this process."""
    if not limits:
        return
    import resource  # noqa: PLC0415 -- most programs run without limits

    for entry in limits.split(","):
        name, _, value = entry.partition("=")
        number = getattr(resource, name, None)
        if number is not None:
            hard = resource.getrlimit(number)[1]
            wanted = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
            resource.setrlimit(number, (wanted, wanted))


def run(program: list[str], keeper: int, how: str, limits: str) -> None:
    """Become PROGRAM, with the rights, limits and death signal it needs; in the forked child, never returns."""
    limit(limits)
    if how == "namespace":
        enter_user_namespace(nobody())
    elif how == "nobody":
        become(nobody())
    if sys.platform.startswith("linux"):
        # After the change of user: that clears the signal (prctl(2)).
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != keeper:
            os._exit(1)
    os.execv(program[0], program)  # noqa: S606 -- the path comes from `binaries.find`


def start(program: list[str], how: str, limits: str) -> int:
    """Fork and run PROGRAM, returning its process id."""
    keeper = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        run(program, keeper, how, limits)
    except (OSError, ValueError) as error:
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
    user = os.geteuid()
    how = identity(user, user == 0 or has_name(user), mode, namespace_allowed, lambda: can_run("/", nobody()))
    programs = directory
    if how == "nobody":
        if not can_run(program[0], nobody()):
            programs, _lock = place_for_programs(directory)
            program[0] = copy_programs(program[0], programs)
        give(directory, nobody())
    child = start(program, how, limits)
    import shutil  # noqa: PLC0415 -- while the program starts: it is needed only at the end

    status = watch(child, int(parent), woken)
    if status is None:
        end(child, woken)
        shutil.rmtree(directory, ignore_errors=True)
    if not programs.startswith(directory):
        shutil.rmtree(programs, ignore_errors=True)
    return status or 0


if __name__ == "__main__":
    sys.exit(main())
