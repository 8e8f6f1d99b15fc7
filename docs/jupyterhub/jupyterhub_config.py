"""JupyterHub 6 in front of mentorkit: one server per user, one workbench on PostgreSQL for all.

    export MENTORKIT_BENCH=postgresql+psycopg://mentorkit@/mentorkit
    export MENTORKIT_KEYRING=/srv/mentorkit/bench.keyring
    export HUB_PASSWORD=… HUB_HOMES=/srv/mentorkit/homes/{username}
    jupyterhub -f docs/jupyterhub/jupyterhub_config.py

As it stands it is for trying on one machine: anybody who knows the password below is whom she says.
`docs/scale.md` says what to change for a real one, and for Kubernetes.
"""

import os
import sys

c = get_config()  # noqa: F821 - JupyterHub defines it

# -- who people are: replace by the authenticator of the house (LDAP, OpenID Connect, PAM) --------------
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["HUB_PASSWORD"]
c.Authenticator.allow_all = True  # the workbench lets in whom it knows; for all others it has a page
c.Authenticator.admin_users = set()

# -- what they may: groups by these names give roles, all others mean nothing -----------------------------
c.JupyterHub.load_groups = {
    "mentorkit:cross-administration:lead": {"users": ["leonie"]},
    "mentorkit:cross-administration:organisation:Lünen": {"users": ["dora"]},
}
# With an authenticator that brings groups of its own (`c.Authenticator.manage_groups = True`), call them like
# this there, or translate them in `c.Authenticator.post_auth_hook`. Nobody but the Hub's admins may be able
# to make groups that begin with "mentorkit:".

# -- what is started for each user ------------------------------------------------------------------------
# Each server is a process of the Hub's own account here, since its users run no code of their own. On a real
# machine `systemdspawner.SystemdSpawner` with `dynamic_users`, in a cluster `kubespawner.KubeSpawner`.
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.environ["HUB_HOMES"]
c.Spawner.cmd = [sys.executable, "-m", "mentorkit", "serve", "--hub"]
WORKBENCH = {
    "MENTORKIT_BENCH": os.environ["MENTORKIT_BENCH"],  # without a password in it: PGPASSFILE names its file
    "MENTORKIT_KEYRING": os.environ["MENTORKIT_KEYRING"],
}
c.Spawner.environment = {
    **WORKBENCH,
    "MENTORKIT_LOG_IN": "/hub/",  # shown where a link to log in would be
    "MENTORKIT_FORMS": "/services/forms/",  # where links for applicants lead
}
c.Spawner.env_keep = [
    *("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV"),
    *("PGPASSFILE", "PGSERVICEFILE", "PGSSLMODE", "PGSSLROOTCERT"),
]
c.Spawner.http_timeout = 60
c.JupyterHub.shutdown_on_logout = True

# -- beside the users' servers: personal links without log-in, and the end of what nobody uses -------------
FORMS_PORT = os.environ.get("HUB_FORMS_PORT", "8790")
c.JupyterHub.services = [
    {
        "name": "forms",
        "url": f"http://127.0.0.1:{FORMS_PORT}",
        "command": c.Spawner.cmd,
        "environment": {**WORKBENCH, **{k: os.environ[k] for k in c.Spawner.env_keep if k in os.environ}},
    },
    {"name": "culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]},
]
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]

# -- where the Hub listens ----------------------------------------------------------------------------------
PORT = os.environ.get("HUB_PORT", "8000")
c.JupyterHub.bind_url = (
    f"http://127.0.0.1:{PORT}"  # TLS ends in front of it, or c.JupyterHub.ssl_key and ssl_cert
)
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ.get('HUB_API_PORT', '8081')}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ.get('HUB_PROXY_PORT', '8001')}"
c.ConfigurableHTTPProxy.command = [os.environ.get("HUB_PROXY", "configurable-http-proxy")]
c.JupyterHub.db_url = os.environ.get("HUB_DATABASE", "sqlite:///jupyterhub.sqlite")
