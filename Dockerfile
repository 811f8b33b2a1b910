# The command line in an image: docker build --tag irsa-auditor .
# It runs as no root, writes nothing outside of what it is told to, and so runs on a read-only file system.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM debian:bookworm-slim
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /src/package.json /src/LICENSE /app/
COPY --from=build /src/dist /app/dist
ENV NODE_ENV=production
WORKDIR /tmp
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/app/dist/irsa-auditor.js"]
CMD ["--help"]
