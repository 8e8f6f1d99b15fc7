"""Memory and connections of one server per user, as JupyterHub starts them, all on one workbench.

    python benchmarks/bench_hub.py WORKBENCH USER [SERVERS]

The servers are those of `mentorkit serve` with as many kernels ready as behind JupyterHub; each user
opens each app once. Memory is the proportional share (PSS), so what processes share is counted once.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psutil
import requests
import sqlalchemy as sa

APPS = ("", "programme", "intake", "matching", "network", "reports", "privacy")
SERVE = """
import sys
from mentorkit.serve.server import AppServer, serve

listen = AppServer.listen

def sparing(server):
    server.kernel_manager.spare = 1
    listen(server)

AppServer.listen = sparing
serve(sys.argv[1], port=0, login_as=sys.argv[2], base=sys.argv[3])
"""


def memory(processes: list[subprocess.Popen[str]]) -> float:
    """Return the memory of servers and all their children, in MB, once it has come to rest."""
    time.sleep(6)
    own = [psutil.Process(process.pid) for process in processes]
    parts = [part for server in own for part in (server, *server.children(recursive=True))]
    return sum(part.memory_full_info().pss for part in parts) / 2**20


def connections(target: str) -> int:
    """Return the connections to the database, without this one."""
    if not target.startswith("postgresql"):
        return 0
    engine = sa.create_engine(target, poolclass=sa.NullPool)
    told = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    with engine.connect() as connection:
        return int(connection.execute(told).scalar()) - 1


def enter(way_in: str) -> requests.Session:
    """Log in by a link."""
    http = requests.Session()
    page = http.get(way_in, timeout=60)
    token = re.search(r'name="token" value="([^"]+)"', page.text).group(1)
    fields = {"token": token, "_xsrf": http.cookies["_xsrf"]}
    http.post(way_in.partition("?")[0], data=fields, allow_redirects=False, timeout=60)
    return http


def main(target: str, user: str, servers: int) -> None:
    """Print a table: servers, memory idle, memory with one app each, what each app adds, connections."""
    running: list[subprocess.Popen[str]] = []
    people: list[tuple[str, requests.Session]] = []
    try:
        for n in range(1, servers + 1):
            base = f"/user/u{n}/"
            process = subprocess.Popen(
                [sys.executable, "-c", SERVE, target, user, base], stdout=subprocess.PIPE, text=True
            )
            running.append(process)
            while "http://" not in (line := process.stdout.readline()):
                pass
            way_in = "http://" + line.split("http://")[1].strip()
            people.append((f"http://{urlsplit(way_in).netloc}{base}", enter(way_in)))
            print(f"{n} servers idle: {memory(running):.0f} MB, {connections(target)} connections")
        for app in APPS:
            before = memory(running)
            for address, http in people:
                assert http.get(address + app, timeout=120).status_code == 200
            after = memory(running)
            each = (after - before) / servers
            print(f"{app or 'start':10} {each:5.1f} MB more for each user, {connections(target)} connections")
    finally:
        for process in running:
            process.terminate()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 3)
