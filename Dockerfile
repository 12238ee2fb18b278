# syntax=docker/dockerfile:1

# Pin both by digest for a build that can be repeated: --build-arg BUILD_IMAGE=node:24-bookworm-slim@sha256:…
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# Of it only Node.js is taken: what is compiled ahead is for one version, so the one that will run it
# must do that. For another processor it is compiled in vain, and each start then takes a little longer.
FROM --platform=$BUILDPLATFORM ${RUNTIME_IMAGE} AS node-of-runtime

# Nothing here is run on the target platform: the bundle is JavaScript, and npm can install packages
# for another processor.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json LICENSE ./
COPY scripts/build.mjs scripts/compile-ahead.mjs scripts/
COPY scripts/stubs scripts/stubs
COPY examples/scan-results examples/scan-results
COPY src src
COPY --from=node-of-runtime /nodejs/bin/node runtime/
RUN node scripts/build.mjs && runtime/node scripts/compile-ahead.mjs

# Native compression, which the program does without where there is none.
WORKDIR /native
COPY package.json package-lock.json .npmrc ./
# Without a default, which would go before what the builder sets.
ARG TARGETARCH
RUN cpu="${TARGETARCH:-x64}"; [ "$cpu" != amd64 ] || cpu=x64; \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --os=linux --cpu="$cpu" --libc=glibc \
    && mkdir -p out/@napi-rs \
    && for package in node_modules/snappy node_modules/@napi-rs/snappy-linux-*; do \
      [ ! -d "$package" ] || cp -R "$package" "out/${package#node_modules/}"; \
    done

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
COPY --from=build /native/out node_modules
COPY --from=build /src/dist dist
USER 65532
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/cli.cjs"]
CMD ["--help"]
