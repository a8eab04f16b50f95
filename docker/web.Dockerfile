# The web process, the migrations, the default worker and beat: everything that never loads a model.
# Build from the repository's root: docker build -f docker/web.Dockerfile -t cardinal/web:0.1 .

ARG PYTHON_VERSION=3.11
ARG NODE_VERSION=24.21

FROM node:${NODE_VERSION}-trixie-slim AS frontend
WORKDIR /src/frontend
# The lock file first: the packages are fetched again only when it changes.
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY frontend/ ./
RUN npm run build

FROM python:${PYTHON_VERSION}-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/venv
# Exact versions, so that next month builds the same image; the extras they stand for are web and s3.
COPY docker/requirements.web.txt docker/
RUN --mount=type=cache,target=/root/.cache/pip /opt/venv/bin/pip install -r docker/requirements.web.txt
COPY pyproject.toml README.md LICENSE ./
COPY platform/ platform/
COPY labeling/ labeling/
COPY ml/ ml/
RUN --mount=type=cache,target=/root/.cache/pip /opt/venv/bin/pip install --no-deps .

FROM python:${PYTHON_VERSION}-slim-trixie
# A fixed number rather than a name, so that an orchestrator can prove that the process is not root.
RUN groupadd --gid 10001 cardinal \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin cardinal \
    && install -d -o 10001 -g 10001 -m 0750 /data /scratch
COPY --from=build /opt/venv /opt/venv
COPY --from=frontend /src/frontend/dist /srv/cardinal/frontend
COPY docker/healthcheck.py docker/heartbeat.py /srv/cardinal/
# /data keeps what must survive, /scratch holds uploads and exports while they are made;
# nothing else is written, so that the root file system can be read-only.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=cardinal.settings.production \
    CARDINAL_DATA=/data \
    CARDINAL_FRONTEND_DIST=/srv/cardinal/frontend \
    TMPDIR=/scratch
USER 10001:10001
WORKDIR /srv/cardinal
VOLUME ["/data", "/scratch"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "/srv/cardinal/healthcheck.py", "web"]
# Sockets stay open for hours: without a limit a restart would wait for the last browser to leave.
# Frames from browsers are clicks and heartbeats; 64 KiB is ample.
CMD ["uvicorn", "cardinal.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--proxy-headers", \
     "--no-server-header", "--no-access-log", "--ws-max-size", "65536", "--timeout-graceful-shutdown", "10"]
