"""What each setting means, in one sentence or two, for docs/settings.md. Names are those of `settings.py`."""

from typing import NamedTuple


class Words(NamedTuple):
    """`default`: said instead of the plain value where that says too little. `later`: read by nothing yet."""

    meaning: str
    default: str | None = None
    later: bool = False


_OWN = "that of `LLM__*`"
_BY_MODE = "with accounts {}, else no limit"

WORDS: dict[str, Words] = {
    "DATA_DIR": Words(
        "Holds everything: database, texts, secret key, logs, local model. `--data` overrides it.",
        "the platform's folder for application data",
    ),
    "SECRET_KEY": Words(
        "Signs sessions and encrypts stored keys; at least 32 characters.",
        "made at the first start, in `secret.key`",
    ),
    "PUBLIC_URL": Words(
        "Where people reach the product from outside, such as `https://learn.example.org`, or below a path "
        "of another site, `https://example.org/learn`. Links in mails lead there; with `https` cookies are "
        "sent over it alone."
    ),
    "TRUSTED_PROXIES": Words(
        "Addresses and networks of your reverse proxies, such as `10.0.0.0/8`: their `X-Forwarded-For`, "
        "`-Proto` and `-Host` are believed, nobody else's.",
        "none",
    ),
    "TOKEN": Words("An API token, for commands that talk to a server with accounts: `generate --server`."),
    "DATABASE_URL": Words(
        "`postgresql://user:password@host/name`, or `sqlite:///` and a path.", "SQLite in the data folder"
    ),
    "BROKER_URL": Words(
        "Redis, for several machines: `redis://user:password@host:6379/0`, `rediss://…` for TLS, or "
        "`sentinel://host:26379,other:26379/master/0`. It carries word of new work and nothing that may not "
        "be lost.",
        "none: processes look every second",
    ),
    "STORAGE_URL": Words(
        "Where texts are kept: `file://` and a folder, or `s3://bucket/prefix`.",
        "`objects` in the data folder",
    ),
    "DATABASE__POOL_SIZE": Words(
        "Connections to PostgreSQL for each process. None is held while a model is waited for; few will do. "
        "SQLite has one writer and four readers whatever this says."
    ),
    "DATABASE__PGBOUNCER": Words(
        "`true` when PgBouncer in transaction mode stands before PostgreSQL. It costs a third of the "
        "throughput of a process, so without a pooler leave it out.",
        "`false`",
    ),
    "STORAGE__ENDPOINT": Words("Address of an S3-compatible store that is not Amazon's."),
    "STORAGE__ACCESS_KEY_ID": Words("The store's access key."),
    "STORAGE__SECRET_ACCESS_KEY": Words("The store's secret."),
    "STORAGE__REGION": Words("The store's region."),
    "LLM__MODEL": Words("`local`, or `provider:model` such as `openai:gpt-5-mini`. See the providers below."),
    "LLM__BASE_URL": Words(
        "Address of any server that speaks OpenAI's format; without a path `/v1` is added.",
        "the provider's own",
    ),
    "LLM__API_KEY": Words("The key for it. It is sent to that server only."),
    "LLM__AGENTS__<AGENT>__MODEL": Words(
        "Another model for one of `INTENT ARCHITECT VALIDATOR EDITOR TUTORIAL RESOURCES QUIZ`.",
        _OWN,
    ),
    "LLM__AGENTS__<AGENT>__BASE_URL": Words(
        "Its address. A model of another provider inherits neither address nor key.", _OWN
    ),
    "LLM__AGENTS__<AGENT>__API_KEY": Words("Its key. Another address inherits no key.", _OWN),
    "LLM__LOCAL_MODEL": Words("Which of the two local models: 1.1 GB, or 0.5 GB with simpler texts."),
    "LLM__LOCAL_PATH": Words(
        "A GGUF file of your own instead. Its SHA-256 must stand beside it, in a file of the same name with "
        "`.sha256` added."
    ),
    "LLM__MAX_CONCURRENCY": Words("Calls at once to one model.", "16; the local model: one per two cores"),
    "LLM__RPM": Words("Requests a minute to one model, as its provider allows them.", "no limit"),
    "LLM__TPM": Words("Tokens a minute to one model.", "no limit"),
    "LLM__TIMEOUT_S": Words("Seconds without a byte from the model, after which a call is given up."),
    "LLM__MAX_ATTEMPTS": Words("Tries of one item at a passing fault (429, 5xx, a cut line, a hang)."),
    "LLM__BACKOFF_S": Words("Seconds before the second try, then doubled, with jitter. 0 does not wait."),
    "WORKER__CONCURRENCY": Words("Items that one process works on at a time."),
    "WORKER__LEASE_S": Words("Seconds of silence after which an item of a dead process is given to another."),
    "WORKER__DRAIN_S": Words("Seconds that a `worker` waits for its items at SIGTERM. `up` waits 6."),
    "WORKER__ITEM_TIMEOUT_S": Words(
        "Seconds that one item may take in all, tries included.", "600; with the local model 1800"
    ),
    "SEARCH__PROVIDER": Words(
        "Where links are searched. With `none` lessons come with searches worth making, never with links "
        "that nobody looked at."
    ),
    "SEARCH__BASE_URL": Words("Your SearXNG server, or another address of a provider."),
    "SEARCH__API_KEY": Words("The key of Tavily or Brave."),
    "COVERS__PROVIDER": Words("Where cover images come from; what a service does not give is drawn here."),
    "COVERS__BASE_URL": Words("Address of that provider, where it is not its own."),
    "COVERS__API_KEY": Words("Its key."),
    "COVERS__MODEL": Words("The image model, for `openai`; `gpt-image-1` without one."),
    "FETCH__ALLOW": Words(
        "`host:port`, several with commas between, that may be fetched although private (an intranet).",
        "none",
    ),
    "AUTH__MODE": Words(
        "`local`: whoever sits at this machine, no password, nobody from elsewhere. `accounts`: everybody "
        "signs in.",
        "`local` for `up`, `accounts` for `api`",
    ),
    "AUTH__REGISTRATION": Words(
        "Who may make an account: everybody, whoever an admin invites, or nobody (`trailwright user add`). "
        "The first account can always be made, and is the admin's."
    ),
    "AUTH__SESSION_DAYS": Words("Days after which somebody has to sign in again."),
    "AUTH__SOCKETS": Words(
        "Tasks that one person may follow at once, in each process: sockets and streams together."
    ),
    "AUTH__OIDC_DISCOVERY_URL": Words(
        "Signing in at an OpenID provider: the address that ends in `/.well-known/openid-configuration`. Its "
        "client's redirect address is `PUBLIC_URL` + `/api/v1/auth/oidc/callback`."
    ),
    "AUTH__OIDC_CLIENT_ID": Words("What the provider calls this product."),
    "AUTH__OIDC_CLIENT_SECRET": Words("The client's secret; none for a public client."),
    "AUTH__OIDC_NAME": Words("What the button to sign in there says."),
    "RETRY__ITEM_LIMIT": Words("How often a person may have one item written anew within the window."),
    "RETRY__ITEM_WINDOW_S": Words("Seconds of that window."),
    "BUDGET__MAX_COST_USD": Words(
        "US dollars that a task may cost which names no cap itself; at the cap it pauses.", "none"
    ),
    "BUDGET__USER_MONTH_USD": Words(
        "US dollars that one person's tasks may cost in a calendar month (UTC).", "none"
    ),
    "LIMITS__REQUESTS_PER_MINUTE": Words(
        "Requests to the API by one user in a minute: in all processes where there is a broker, else in "
        "each. 0: no limit.",
        _BY_MODE.format(600),
    ),
    "LIMITS__ADDRESS_REQUESTS_PER_MINUTE": Words(
        "The same by one address (IPv6: one /64), signed in or not. 0: no limit.", _BY_MODE.format(1200)
    ),
    "LIMITS__GENERATIONS_PER_HOUR": Words(
        "Roadmaps that one user may begin or copy in an hour. 0: no limit.", _BY_MODE.format(20)
    ),
    "LIMITS__RETRIES_PER_HOUR": Words(
        "Pieces that one user may have written anew in an hour; a batch counts each. 0: no limit.",
        _BY_MODE.format(600),
    ),
    "LIMITS__COVERS_PER_HOUR": Words(
        "Covers that one user may have made in an hour. 0: no limit.", _BY_MODE.format(120)
    ),
    "LIMITS__TASKS_AT_ONCE": Words(
        "Tasks of one user that run or wait for their turn. 0: no limit.", _BY_MODE.format(20)
    ),
    "LIMITS__BODY_BYTES": Words("The largest body of a request."),
    "LIMITS__UPLOAD_BYTES": Words("The largest picture that is taken as a cover."),
    "LIMITS__HEADER_BYTES": Words("The largest head of a request: its line and its headers."),
    "LIMITS__JSON_DEPTH": Words("How deep JSON in a request may be nested."),
    "METRICS__TOKEN": Words("Lets others than this machine read `/metrics`: `Authorization: Bearer …`."),
    "SMTP__HOST": Words(
        "The server that mail is sent through. Without one links to a new password stand in the server's log."
    ),
    "SMTP__PORT": Words("Its port."),
    "SMTP__USERNAME": Words("Who signs in there."),
    "SMTP__PASSWORD": Words("And with what."),
    "SMTP__SENDER": Words(
        "Whom mail comes from: an address, or `Name <address>`.", "`trailwright@` the server"
    ),
    "SMTP__TLS": Words("`starttls`, TLS from the first byte (`implicit`, often port 465), or none."),
    "RETENTION__AUDIT_DAYS": Words("Days that the audit log is kept."),
    "RETENTION__TRASH_DAYS": Words("Days that a roadmap stays in the trash."),
}
