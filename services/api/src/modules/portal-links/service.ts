import { writeAudit, type Database } from '@switchboard/db';
import { AppError, toPublicId } from '@switchboard/shared';
import type { RequestInfo, TenantContext } from '../../http/route.js';
import type { Committer } from '../../publishing/committer.js';
import { auditOfLink } from '../sessions/audit.js';
import { startSession, type StartedSession } from '../sessions/service.js';
import { hashSecret, newSecret } from '../sessions/tokens.js';
import type { Visitor } from '../sessions/visitor.js';
import { forgetOldLinks, insertPortalLink, openPortalLink } from './repository.js';
import type { NewLinkInput, PortalLinkView } from './schemas.js';

const OPEN_FOR_MS = 5 * 60_000;

/** Abilities that reach further than what any single scope of a key gives. */
const FOR_KEYS_WITH_ALL_SCOPES: readonly string[] = ['keys:manage_test', 'audit:read'];

export type PortalLinkService = ReturnType<typeof createPortalLinkService>;

export function createPortalLinkService({ commit, publicUrl }: { commit: Committer; publicUrl: string }) {
  return {
    /** A link never gives more than the key has that asks for it. @throws AppError insufficient_scope */
    create(tenant: TenantContext, given: NewLinkInput, request: RequestInfo): Promise<PortalLinkView> {
      const { abilities, mode = tenant.mode } = given;
      requireMayGive(tenant, { abilities, mode });
      const scope = { tenant_id: tenant.tenant_id, mode };
      const { secret, hash } = newSecret();
      return commit(request, async ({ transaction }) => {
        await forgetOldLinks(transaction, tenant.tenant_id);
        const link = { abilities, token_hash: hash, open_for_ms: OPEN_FOR_MS };
        const { id, open_until } = await insertPortalLink(transaction, scope, link);
        await writeAudit(transaction, {
          ...{ ...scope, actor: request.actor, request_id: request.request_id, action: 'portal_link.created' },
          target: { kind: 'portal_link', id },
          after: { abilities, open_until: open_until.toISOString() },
        });
        return {
          id: toPublicId('portalLink', id),
          url: `${publicUrl}/settings/api/open#${secret}`,
          open_until: open_until.toISOString(),
          abilities,
          mode,
        };
      });
    },
  };
}

function requireMayGive(tenant: TenantContext, { abilities, mode }: { abilities: readonly string[]; mode: string }) {
  if (tenant.mode === 'test' && mode === 'live') {
    throw new AppError('insufficient_scope', 'A test key gives links for test mode only.');
  }
  const withheld = abilities.filter((ability) => FOR_KEYS_WITH_ALL_SCOPES.includes(ability));
  if (withheld.length > 0 && !tenant.scopes.includes('*')) {
    throw new AppError('insufficient_scope', `Only a key with the scope * can give: ${withheld.join(', ')}.`);
  }
}

/** @returns what opens a link: somebody who is sent there by a site that the tenant trusts */
export function createLinkOpener(database: Database) {
  return (token: string, visitor: Visitor): Promise<StartedSession> =>
    database.transaction(async (transaction) => {
      const link = await openPortalLink(transaction, hashSecret(token));
      if (!link) throw new AppError('unauthorized', 'This link was opened before or is too old. Ask for a new one.');
      await auditOfLink(transaction, link.id, 'portal_link.opened', visitor);
      return startSession(transaction, { user_id: null, portal_link_id: link.id }, visitor);
    });
}
