# syntax=docker/dockerfile:1

# For a reproducible build, pin both images by digest:
#   docker build --build-arg BUILD_IMAGE=node:24-bookworm-slim@sha256:… .
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# Runs on the build machine, also for another target platform: the bundle is JavaScript, and npm
# installs native packages for any processor.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json LICENSE ./
COPY scripts/build.mjs scripts/
COPY src src
RUN node scripts/build.mjs

# Native snappy is optional: without it, the program compresses in JavaScript.
WORKDIR /native
COPY package.json package-lock.json .npmrc ./
# No default value here: it would override the one that the builder sets.
ARG TARGETARCH
RUN cpu="${TARGETARCH:-x64}"; [ "$cpu" != amd64 ] || cpu=x64; \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --os=linux --cpu="$cpu" --libc=glibc \
    && mkdir -p node_modules/@napi-rs

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="kubescape-push" \
      org.opencontainers.image.description="Pushes Kubescape scan results as Prometheus time series. Never listens." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /src/package.json /src/LICENSE ./
COPY --from=build /native/node_modules/snappy node_modules/snappy
COPY --from=build /native/node_modules/@napi-rs node_modules/@napi-rs
COPY --from=build /src/dist dist
USER 65532
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/cli.cjs"]
CMD ["--help"]
