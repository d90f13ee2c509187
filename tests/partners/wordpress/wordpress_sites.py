"""Real WordPress sites for the tests: Debian's 6.1 on MariaDB, and Playground's 6.6 on SQLite.

Each site lives in a folder of its own that the caller names and is served on 127.0.0.1, by PHP's own web server
with Debian's PHP or, for other versions of PHP, by ``php/php_wasm.mjs``. Nothing is installed outside that
folder, but for npm packages, which are kept in the user's cache folder.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from environments import node_with

HERE = Path(__file__).resolve().parent
PLUGIN = HERE.parents[2] / "plugins" / "wordpress" / "comment-moderation"
DEBIAN = Path("/usr/share/wordpress")
BUILDS = "@wp-playground/wordpress-builds@0.9.19"
WASM = "@php-wasm/node@0.9.19"

#: Compiling WordPress is most of a request's work; a plugin that is replaced must be noticed all the same.
FAST = ["-d", "opcache.enable_cli=1", "-d", "opcache.revalidate_freq=0"]

#: A network's sites have addresses of their own, in the database.
SINGLE = "define( 'WP_HOME', '{url}' ); define( 'WP_SITEURL', '{url}' );"
NETWORK = """define( 'MULTISITE', true ); define( 'SUBDOMAIN_INSTALL', false ); define( 'PATH_CURRENT_SITE', '/' );
define( 'DOMAIN_CURRENT_SITE', '{host}' ); define( 'SITE_ID_CURRENT_SITE', 1 ); define( 'BLOG_ID_CURRENT_SITE', 1 );"""

CONFIG = """<?php
{database}
foreach ( array( 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT',
    'LOGGED_IN_SALT', 'NONCE_SALT' ) as $name ) {{ define( $name, '{secret}' . $name ); }}
{address}
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'DISABLE_WP_CRON', true );
define( 'FS_METHOD', 'direct' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_LOG', true );
define( 'WP_DEBUG_DISPLAY', false );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {{ define( 'ABSPATH', __DIR__ . '/' ); }}
require_once ABSPATH . 'wp-settings.php';
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Waits until ``condition`` holds. Raises ``TimeoutError`` naming ``what``."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def stop_group(process: subprocess.Popen[bytes], sign: int = signal.SIGTERM) -> None:
    """Stops a process we started with all its workers, which would outlive it otherwise."""
    try:
        os.killpg(process.pid, sign)
    except ProcessLookupError:
        return
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


@dataclass
class Site:
    """A running site. ``admin``'s password is "password".

    ``php_version`` is one that npm has as WebAssembly, such as 7.4; None is Debian's. ``path`` is that of a site
    in a network, such as ``/second``.
    """

    name: str
    root: Path
    port: int
    php_version: str | None = None
    path: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    key: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def plugin(self) -> Path:
        return self.root / "wp-content" / "plugins" / PLUGIN.name

    @property
    def log(self) -> Path:
        return self.root / "wp-content" / "debug.log"

    def php(self, code: str) -> Any:
        """Runs PHP inside WordPress and returns what it returns. Raises ``RuntimeError`` with PHP's words."""
        headers = {"X-Test-Key": self.key, "Content-Type": "text/plain"}
        request = urllib.request.Request(f"{self.url}/test-evaluate.php", code.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                said = answer.read().decode()
        except urllib.error.HTTPError as error:
            said = error.read().decode()
        try:
            result = json.loads(said)
        except json.JSONDecodeError as wrong:
            raise RuntimeError(f"not JSON: {said}") from wrong
        if "failed" in result:
            raise RuntimeError(result["failed"])
        return result["returned"]

    def cron(self) -> None:
        """Runs what is due, as the server's own scheduler would."""
        with urllib.request.urlopen(f"{self.url}/wp-cron.php?doing_wp_cron", timeout=120) as answer:
            answer.read()

    def install_plugin(self) -> None:
        shutil.rmtree(self.plugin, ignore_errors=True)
        shutil.copytree(PLUGIN, self.plugin)

    def serve(self) -> None:
        environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}
        if self.php_version is None:
            command = ["php", *FAST, "-S", f"127.0.0.1:{self.port}", "-t", str(self.root)]
            command.append(str(HERE / "php" / "router.php"))
        else:
            command = [*wasm_php(self.php_version), "serve", str(self.root), str(self.port)]
        with (self.root.parent / f"{self.name}-web.log").open("wb") as log:
            server = subprocess.Popen(
                command,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.processes.append(server)
        wait_for(self._answers, f"{self.name} at {self.url}")

    def stop(self) -> None:
        for process in reversed(self.processes):
            stop_group(process)
        self.processes.clear()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/wp-login.php", timeout=30) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def at(self, path: str) -> Site:
        """Another site of the same network. Only the first one is to be stopped."""
        return replace(self, path=path, processes=[])

    def make_network(self) -> None:
        """Turns the site into the first one of a network whose sites differ by their path."""
        command = ["php", str(HERE / "php" / "network.php"), str(self.root), f"127.0.0.1:{self.port}"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        config = self.root / "wp-config.php"
        network = NETWORK.format(host=f"127.0.0.1:{self.port}")
        config.write_text(config.read_text().replace(SINGLE.format(url=self.url), network))

    def _configure(self, database: str) -> None:
        address = SINGLE.format(url=self.url)
        config = CONFIG.format(database=database, secret=secrets.token_hex(16), address=address)
        (self.root / "wp-config.php").write_text(config)
        evaluate = (HERE / "php" / "evaluate.php").read_text().replace("{key}", self.key)
        (self.root / "test-evaluate.php").write_text(evaluate)
        owner = self.root / "wp-content" / "mu-plugins"
        owner.mkdir(parents=True, exist_ok=True)
        for other in ("test-owner.php", "test-discussion.php"):
            shutil.copy(HERE / "php" / other, owner / other)


def debian_site(folder: Path) -> Site:
    """WordPress as Debian packages it, with a MariaDB of its own that listens on a socket only."""
    site = Site("debian-mariadb", folder / "www", free_port())
    shutil.copytree(DEBIAN, site.root, symlinks=False, ignore_dangling_symlinks=True)
    data, sock, log = folder / "db", folder / "db.sock", folder / "db.log"
    user = ["--user=root"] if os.geteuid() == 0 else []
    auth = "--auth-root-authentication-method=normal"
    # A test's data need not survive a power cut.
    rest = ["--skip-networking", "--innodb-flush-log-at-trx-commit=0", f"--pid-file={folder / 'db.pid'}"]
    with log.open("wb") as out:
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db", *user, auth],
            stdout=out,
            stderr=out,
            check=True,
            timeout=120,
        )
        database = subprocess.Popen(
            ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={sock}", *user, *rest],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    site.processes.append(database)
    try:
        client = ["mariadb", "--no-defaults", f"--socket={sock}", "-uroot"]
        wait_for(
            lambda: subprocess.run([*client, "-e", "SELECT 1"], capture_output=True).returncode == 0,
            "MariaDB",
        )
        subprocess.run([*client, "-e", "CREATE DATABASE wordpress CHARACTER SET utf8mb4"], check=True)
        site._configure(
            f"define( 'DB_NAME', 'wordpress' ); define( 'DB_USER', 'root' ); define( 'DB_PASSWORD', '' );"
            f" define( 'DB_HOST', 'localhost:{sock}' ); define( 'DB_CHARSET', 'utf8mb4' );"
        )
        subprocess.run(
            ["php", str(HERE / "php" / "install.php"), str(site.root)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        site.serve()
    except BaseException:
        site.stop()
        raise
    return site


def playground_builds() -> Path:
    """The npm package with ready-made WordPress builds, fetched once."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "comment-moderation-tests"
    package = cache / "wordpress-builds-0.9.19"
    if not package.exists():
        cache.mkdir(parents=True, exist_ok=True)
        work = cache / f"fetching-{os.getpid()}"
        work.mkdir()
        try:
            subprocess.run(
                ["npm", "pack", "--silent", BUILDS], cwd=work, check=True, capture_output=True, timeout=300
            )
            (archive,) = work.glob("*.tgz")
            parts = ["package/public/wp-beta", "package/src/wordpress/wp-beta.zip"]
            parts += ["package/src/sqlite-database-integration/sqlite-database-integration.zip"]
            subprocess.run(["tar", "-xzf", archive.name, *parts], cwd=work, check=True, timeout=120)
            (work / "package").rename(package)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return package


def wasm_php(version: str) -> list[str]:
    """How to call ``php/php_wasm.mjs`` for a version of PHP: the beginning of a command line."""
    home = node_with(WASM)
    # Node looks for packages beside the program, so the program goes where the packages are.
    program = shutil.copy(HERE / "php" / "php_wasm.mjs", home)
    return ["node", str(program), version]


def playground_site(folder: Path, php_version: str | None = None) -> Site:
    """WordPress as Playground builds it, already installed, on SQLite."""
    package = playground_builds()
    site = Site("playground-sqlite", folder / "www", free_port(), php_version)
    shutil.copytree(package / "public" / "wp-beta", site.root)
    with zipfile.ZipFile(package / "src" / "wordpress" / "wp-beta.zip") as build:
        build.extractall(site.root)
    with zipfile.ZipFile(
        package / "src" / "sqlite-database-integration" / "sqlite-database-integration.zip"
    ) as plugin:
        plugin.extractall(folder)
    sqlite = site.root / "wp-content" / "plugins" / "sqlite-database-integration"
    (folder / "sqlite-database-integration-main").rename(sqlite)
    shutil.copy(sqlite / "db.copy", site.root / "wp-content" / "db.php")
    site._configure(
        "define( 'DB_NAME', 'wordpress' ); define( 'DB_USER', '' ); define( 'DB_PASSWORD', '' );"
        " define( 'DB_HOST', 'localhost' ); define( 'CONCATENATE_SCRIPTS', false );"
    )
    site.serve()
    return site
