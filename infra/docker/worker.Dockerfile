# The worker. Build it from the root of the repository:
#   docker build -f infra/docker/worker.Dockerfile -t switchboard-worker .
# Scale it by processes: they share the work through the queue and PostgreSQL, and none is special.

FROM node:20.20.2-bookworm-slim AS pnpm
WORKDIR /app
COPY package.json ./
# The version that package.json pins; through npm, because corepack refuses registries that do not sign.
RUN npm install --global "$(node -p "require('./package.json').packageManager.split('+')[0]")"
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages/shared/package.json packages/shared/
COPY packages/logging/package.json packages/logging/
COPY packages/db/package.json packages/db/
COPY packages/queue/package.json packages/queue/
COPY services/worker/package.json services/worker/

FROM pnpm AS build
RUN pnpm install --frozen-lockfile --filter switchboard --filter '@switchboard/worker...'
COPY tsconfig.base.json ./
COPY packages packages
COPY services/worker services/worker
RUN pnpm exec tsc -b services/worker

# What the lock file says and nothing that only builds or tests; the folders stay as in the repository, so that the
# command is the one that npm start uses.
FROM pnpm AS dependencies
RUN pnpm install --frozen-lockfile --prod --filter '@switchboard/worker...'

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/packages/shared/dist packages/shared/dist
COPY --from=build /app/packages/logging/dist packages/logging/dist
COPY --from=build /app/packages/db/dist packages/db/dist
COPY --from=build /app/packages/queue/dist packages/queue/dist
COPY --from=build /app/services/worker/dist services/worker/dist
COPY infra/docker/healthcheck.mjs infra/docker/healthcheck.mjs
# By number, so that Kubernetes can see that it is not root. The files belong to root: the process writes none.
USER 1000:1000
EXPOSE 3001
# /healthz and not /readyz: an orchestrator that restarts what is unhealthy must not do so because PostgreSQL is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD node infra/docker/healthcheck.mjs "http://127.0.0.1:${WORKER_PORT:-3001}/healthz"
CMD ["node", "services/worker/dist/main.js"]
