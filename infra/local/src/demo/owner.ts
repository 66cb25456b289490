import { Failure } from '../failure.js';

/** Who signs in to the demo tenant's portal. */
export interface DemoOwner {
  email: string;
  password: string;
}

export interface DemoOwnerDeps {
  apiUrl: string;
  tenantId: string;
  kept: DemoOwner | undefined;
  /** Runs the product's CLI. @returns what it printed */
  cli: (args: readonly string[]) => Promise<string>;
}

export const DEMO_EMAIL = 'owner@demo.example';

/**
 * The owner of the demo tenant: made on the first run, with the same password ever after. One whom a developer has
 * removed, or given another password, is set right with the CLI, as an operator would.
 */
export async function prepareDemoOwner(deps: DemoOwnerDeps): Promise<DemoOwner> {
  const { kept, cli, tenantId } = deps;
  if (kept && (await isOwner(kept, deps))) return kept;
  const users = JSON.parse(await cli(['users', 'list', '--json'])) as { email: string }[];
  const membership = ['--tenant', tenantId, '--role', 'owner'];
  if (!users.some(({ email }) => email === DEMO_EMAIL)) {
    return ownerIn(
      await cli(['users', 'create', '--email', DEMO_EMAIL, '--name', 'Demo owner', ...membership, '--json']),
    );
  }
  // Fails where they are a member still, which is as well.
  await cli(['users', 'add', '--email', DEMO_EMAIL, ...membership]).catch(() => undefined);
  return ownerIn(await cli(['users', 'set-password', '--email', DEMO_EMAIL, '--json']));
}

async function isOwner({ email, password }: DemoOwner, { apiUrl, tenantId }: DemoOwnerDeps): Promise<boolean> {
  const answer = await fetch(`${apiUrl}/settings/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (answer.status !== 200) return false;
  const { data } = (await answer.json()) as { data: { tenants: { id: string; role: string | null }[] } };
  return data.tenants.some(({ id, role }) => id === tenantId && role === 'owner');
}

function ownerIn(output: string): DemoOwner {
  const { email, password } = JSON.parse(output) as Partial<DemoOwner>;
  if (!email || !password) throw new Failure('The CLI made the demo owner without a password.');
  return { email, password };
}
