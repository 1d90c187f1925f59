# docs/docker.md says how to build and run it.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
COPY labels labels
# The CPU build comes first, or pip takes the CUDA one, which is several gigabytes.
RUN python -m venv /opt/albumsort \
    && /opt/albumsort/bin/pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch torchvision \
    && /opt/albumsort/bin/pip install --no-cache-dir ".[raw]"

FROM python:3.13-slim
COPY --from=build /opt/albumsort /opt/albumsort
# Any user may be named with `docker run --user`: the folders of volumes are open to all, as /tmp is.
RUN useradd --uid 1000 --create-home albumsort \
    && install --directory --mode 1777 /state /cache /config
ENV PATH="/opt/albumsort/bin:$PATH" \
    XDG_STATE_HOME=/state \
    XDG_CACHE_HOME=/cache \
    XDG_CONFIG_HOME=/config \
    TORCH_HOME=/cache/torch
VOLUME ["/state", "/cache"]
USER 1000
ENTRYPOINT ["albumsort"]
CMD ["--help"]
