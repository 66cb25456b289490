# The API. Build it from the root of the repository:
#   docker build -f infra/docker/api.Dockerfile -t switchboard-api .
# The same image migrates and administers: node services/api/dist/cli/main.js --help

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
COPY services/api/package.json services/api/

FROM pnpm AS build
RUN pnpm install --frozen-lockfile --filter switchboard --filter '@switchboard/api...'
COPY tsconfig.base.json ./
COPY packages packages
COPY services/api services/api
RUN pnpm exec tsc -b services/api

# The portal's page: files that the API serves, made in a stage of their own because React and Vite are needed for
# nothing else.
FROM pnpm AS page
COPY services/portal/package.json services/portal/
RUN pnpm install --frozen-lockfile --filter switchboard --filter '@switchboard/portal...'
COPY tsconfig.base.json ./
COPY packages/shared packages/shared
COPY services/portal services/portal
# Its page on verification shows the guide's own code.
COPY docs/webhooks.md docs/
RUN pnpm exec tsc -b packages/shared && pnpm --filter @switchboard/portal build

# What the lock file says and nothing that only builds or tests; the folders stay as in the repository, so that the
# command is the one that npm start uses.
FROM pnpm AS dependencies
RUN pnpm install --frozen-lockfile --prod --filter '@switchboard/api...'

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/packages/shared/dist packages/shared/dist
COPY --from=build /app/packages/logging/dist packages/logging/dist
COPY --from=build /app/packages/db/dist packages/db/dist
COPY --from=build /app/packages/queue/dist packages/queue/dist
COPY --from=build /app/services/api/dist services/api/dist
COPY --from=page /app/services/portal/dist services/portal/dist
COPY infra/docker/healthcheck.mjs infra/docker/healthcheck.mjs
# By number, so that Kubernetes can see that it is not root. The files belong to root: the process writes none.
USER 1000:1000
EXPOSE 3000
# /healthz and not /readyz: an orchestrator that restarts what is unhealthy must not do so because PostgreSQL is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD node infra/docker/healthcheck.mjs "http://127.0.0.1:${API_PORT:-3000}/healthz"
CMD ["node", "services/api/dist/main.js"]
