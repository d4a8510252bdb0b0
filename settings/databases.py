"""Database URLs → Django's database settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url

from credit_migration.exceptions import ConfigurationError


def parsed(variable: str, url: str) -> dict[str, Any]:
    """
    Return the settings that a URL from an environment variable means.

    Raises: ConfigurationError without any part of the URL, since what can't be parsed may have its password anywhere.
    """
    try:
        config = {**dj_database_url.parse(url)}
        if not Path(str(config["NAME"])).name and str(config["ENGINE"]).endswith("sqlite3"):
            raise ValueError("no file is named")
        return config
    except ValueError:
        raise ConfigurationError(
            f"The environment variable {variable} is no database URL. It is not shown, since it may hold a password.",
            hint="Write it as mysql://USER:PASSWORD@HOST:3306/NAME, postgres://… or sqlite:///FILE; in the password, "
            "percent-encode what has a meaning in a URL: %2F for /, %3A for :, %40 for @, %23 for #.",
        ) from None


def beside_the_host(url: str) -> dict[str, Any]:
    """
    Return the settings of a replica that refuses writes from the moment it is connected.

    The commands make each of their transactions read-only too; this holds for whoever opens a shell on the alias.
    """
    config = parsed("CREDENTIALS_DATABASE_URL", url)
    options = config.setdefault("OPTIONS", {})
    match config["ENGINE"].rpartition(".")[2]:
        case "postgresql":
            options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
        case "mysql":
            options["init_command"] = "SET SESSION TRANSACTION READ ONLY"
        case "sqlite3":
            config["NAME"] = f"file:{quote(str(Path(config['NAME']).absolute()))}?mode=ro"
            options["uri"] = True
    return config


def rehearsal_of(config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the scratch database beside ``config``'s own, which a rehearsal creates and replaces."""
    name = str(config["NAME"])
    if config["ENGINE"].endswith("sqlite3"):
        if name == ":memory:":
            # No file to put another one beside; a rehearsal refuses a database that is another alias's too.
            return {**config}
        path = Path(name)
        return {**config, "NAME": str(path.with_name(f"{path.stem}_rehearsal{path.suffix}"))}
    # The server's default character set may be too small for a title.
    options = {"TEST": {"CHARSET": "utf8mb4"}} if config["ENGINE"].endswith("mysql") else {}
    return {**config, **options, "NAME": f"{name}_rehearsal"}
