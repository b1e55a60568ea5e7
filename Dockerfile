# docker build --tag azora-audit . && docker run --rm --volume "$PWD:/work" azora-audit check
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY azora_audit azora_audit
COPY rules rules
COPY reports/schemas reports/schemas
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim
ARG EXTRAS=all
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir "$(ls /wheels/*.whl)[${EXTRAS}]" \
    && useradd --create-home auditor
ENV AZORA_AUDIT_CACHE_DIR=/tmp/azora-audit
USER auditor
WORKDIR /work
ENTRYPOINT ["azora-audit"]
CMD ["check"]
