# One Dockerfile for every service: the build stage compiles them all once, the last stage takes the one named by SERVICE.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The perf profile is what the bench measures; no -p, so that all services share one set of dependencies.
RUN cargo build --locked --profile perf --workspace --bins \
 && mkdir /out \
 && for program in seed partners recommendations search checkout order-worker probe; do cp "target/perf/$program" /out/; done \
 && strip --strip-debug /out/*

FROM debian:bookworm-slim
ARG SERVICE
COPY --from=build /out/probe /usr/local/bin/probe
COPY --from=build /out/${SERVICE} /usr/local/bin/service
USER 65532:65532
EXPOSE 8080
CMD ["/usr/local/bin/service"]
