"""Environment of the flow process and its children: telemetry off, and every tool's home under the profile's root.

Prefect, SQLMesh and huggingface_hub read these variables when they are imported, so `prepare` runs before the first of
them is. What the operator has set himself stays.
"""

from __future__ import annotations

import os
import site
from collections.abc import Mapping
from pathlib import Path

from config.paths import ProfilePaths

SILENT: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SEND_ANONYMOUS_ANALYTICS": "false",
    "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}

PREFECT: Mapping[str, str] = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # the night has its own log; Prefect keeps states in its database
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",  # results stay in the process; files would only litter the home
    "PREFECT_SERVER_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    # Services for schedules, automations and clean-up: the night's own server serves one flow run and ends.
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_LOGGER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "false",
}


def prefect_home(paths: ProfilePaths) -> Path:
    """Each profile has its own: two nights of different profiles never share a database."""
    return paths.root / "prefect"


def variables(paths: ProfilePaths) -> dict[str, str]:
    """All variables of one profile, whether set already or not."""
    home = prefect_home(paths).resolve()
    return {
        **SILENT,
        **PREFECT,
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "HF_HOME": str(paths.root.resolve() / "huggingface"),
    }


def prepare(paths: ProfilePaths) -> None:
    """Set the variables that are not set yet. Call it before prefect, sqlmesh or huggingface_hub is imported."""
    for name, value in variables(paths).items():
        os.environ.setdefault(name, value)


def child_environment() -> dict[str, str]:
    """The environment for a child that runs one of our modules with ``python -P -m``.

    ``-P`` keeps the working directory off the module path: a folder ``config`` (which `init` writes) or somebody else's
    ``crawlers`` may stand there. A checkout that is not installed is named explicitly instead.
    """
    environment = dict(os.environ)
    root = Path(__file__).resolve().parents[1]
    installed = {Path(folder).resolve() for folder in (*site.getsitepackages(), site.getusersitepackages())}
    if root not in installed:
        earlier = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{root}{os.pathsep}{earlier}" if earlier else str(root)
    return environment
