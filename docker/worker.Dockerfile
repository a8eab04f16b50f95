# The segmentation worker: takes clicks from the queue `segment` and answers masks.
# Build from the repository's root: docker build -f docker/worker.Dockerfile -t cardinal/worker:0.1 .
#
# The base is the same slim Python as the web image's, also for a GPU. The wheels of the runtimes bring
# the CUDA libraries that they were built against, and the container toolkit mounts the driver from the
# host; a CUDA base image would add a second copy of those libraries, gigabytes that nothing loads, and a
# Python other than the one that the tests ran on. What a GPU needs of the image is therefore one
# argument, torch as a CUDA wheel; a CPU needs none, for it answers through ONNX Runtime:
#   docker build -f docker/worker.Dockerfile --build-arg RUNTIME_REQUIREMENTS="torch==2.13.0" .

ARG PYTHON_VERSION=3.11

FROM python:${PYTHON_VERSION}-slim-trixie AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/venv
# Exact versions, so that next month builds the same image; the extras they stand for are web, s3 and ml.
COPY docker/requirements.worker.txt docker/
RUN --mount=type=cache,target=/root/.cache/pip /opt/venv/bin/pip install -r docker/requirements.worker.txt
# Empty: networks run on the CPU. Else requirements, separated by spaces, installed beside the exact versions.
ARG RUNTIME_REQUIREMENTS=""
RUN --mount=type=cache,target=/root/.cache/pip printf '%s' "${RUNTIME_REQUIREMENTS}" \
    | xargs -r /opt/venv/bin/pip install -c docker/requirements.worker.txt
COPY pyproject.toml README.md LICENSE ./
COPY platform/ platform/
COPY labeling/ labeling/
COPY ml/ ml/
RUN --mount=type=cache,target=/root/.cache/pip /opt/venv/bin/pip install --no-deps .

FROM python:${PYTHON_VERSION}-slim-trixie
RUN groupadd --gid 10001 cardinal \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin cardinal \
    && install -d -o 10001 -g 10001 -m 0750 /data /scratch
COPY --from=build /opt/venv /opt/venv
COPY docker/healthcheck.py /srv/cardinal/
# A passive wait keeps torch's and OpenMP's threads from spinning on cores that others need.
# The engine says which GPU there is; this says what of the driver is mounted, and does nothing without one.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=cardinal.settings.production \
    CARDINAL_DATA=/data \
    TMPDIR=/scratch \
    OMP_WAIT_POLICY=PASSIVE \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 10001:10001
WORKDIR /srv/cardinal
VOLUME ["/data", "/scratch"]
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s --retries=3 \
    CMD ["python", "/srv/cardinal/healthcheck.py", "worker-segment"]
# The name is asked for by /readyz. Mingle and gossip let workers agree with each other; these need not.
CMD ["celery", "-A", "cardinal", "worker", "-Q", "segment", "-n", "segment@%h", "--concurrency", "1", \
     "--without-mingle", "--without-gossip"]
