# One Dockerfile for every service: the build stage compiles them all once, the last stage takes the one named by SERVICE.
# The cache mounts (BuildKit) keep a rebuild after an edit to seconds: `docker compose up --build --detach search`.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The perf profile is what the bench measures; no -p, so that all services share one set of dependencies.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --locked --profile perf \
      --bin seed --bin partners --bin recommendations --bin search --bin edge --bin checkout --bin order-worker --bin relay --bin probe \
 && mkdir /out \
 && for program in seed partners recommendations search edge checkout order-worker relay probe; do \
      strip --strip-debug -o "/out/$program" "target/perf/$program"; \
    done

FROM debian:bookworm-slim
ARG SERVICE
COPY --from=build /out/probe /usr/local/bin/probe
COPY --from=build /out/${SERVICE} /usr/local/bin/service
USER 65532:65532
EXPOSE 8080
CMD ["/usr/local/bin/service"]
