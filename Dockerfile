# One image for every role: docker build -t trailwright .   docker run trailwright worker
# What runs is exactly what requirements.lock and web/package-lock.json name, each file by its hash.

FROM node:20-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM python:3.12-slim-trixie AS package
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/trailwright
COPY requirements.lock ./
RUN /opt/trailwright/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY tools/wheel_needs_web_app.py tools/
COPY src src
COPY --from=web /build/src/trailwright/web_dist src/trailwright/web_dist
# pip stays: it fetches the local model. What only builds goes.
RUN /opt/trailwright/bin/pip install --no-deps --no-build-isolation . \
 && /opt/trailwright/bin/pip uninstall -y editables hatchling trove-classifiers \
 && /opt/trailwright/bin/pip check \
 && /opt/trailwright/bin/python -m compileall -q /opt/trailwright/lib

FROM python:3.12-slim-trixie
# libgomp1: the local model's runtime. postgresql-client: pg_dump, before a migration and for `backup`.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 trailwright \
 && useradd --no-log-init --uid 10001 --gid 10001 --home-dir /data --no-create-home trailwright \
 && install -d -o trailwright -g trailwright -m 0700 /data
COPY --from=package /opt/trailwright /opt/trailwright
ENV PATH=/opt/trailwright/bin:$PATH PYTHONUNBUFFERED=1 TRAILWRIGHT_DATA_DIR=/data HEALTH_PORT=8000 HEALTH_PATH=/api/v1/health/live
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# A worker or a scheduler with --metrics-port 9100 sets HEALTH_PORT=9100 and HEALTH_PATH=/health/live.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['HEALTH_PORT']}{os.environ['HEALTH_PATH']}\", timeout=4)"]
ENTRYPOINT ["trailwright"]
CMD ["up", "--no-open"]
