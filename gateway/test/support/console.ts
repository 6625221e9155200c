import { type Tx, transact } from '../../src/lib/tx.ts';
import { ensureLiveEnvironment, liveTimeZone } from '../../src/merchants/environments.ts';
import { invitationPath } from '../../src/operators/invitation-path.ts';
import { inviteOperator } from '../../src/operators/invitations.ts';
import type { OperatorRole } from '../../src/operators/operators.ts';
import { type Authenticator, newAuthenticator } from './authenticator.ts';
import { newReader, type Reader } from './page-reader.ts';
import type { PagesWorld } from './pages-world.ts';

/** Where the console is, for a gateway at http://127.0.0.1:4000. */
export const consoleOrigin = 'http://localhost:4000';
export const fromConsole = { Host: 'localhost:4000', 'Accept-Language': 'en' };

/** Operators belong to no environment; live, in whose transactions they are written, is made when a gateway starts. */
export async function inInstallation<T>(world: PagesWorld, work: (tx: Tx) => Promise<T>): Promise<T> {
  await ensureLiveEnvironment(world.context, liveTimeZone);
  const actor = { kind: 'system', id: 'test' } as const;
  return transact(world.context, { environmentId: 'live', actor }, work);
}

/** What the command line does: an operator who has not come yet, and the path of their link. */
export async function invite(
  world: PagesWorld,
  roles: readonly OperatorRole[] = ['risk', 'admin'],
  name = 'Ada',
): Promise<{ operatorId: string; path: string }> {
  const { operator, token } = await inInstallation(world, (tx) => inviteOperator(tx, { name, roles }));
  return { operatorId: operator.id, path: invitationPath(token) };
}

/** What the page asks the browser's authenticator for. */
export function optionsOn(reader: Reader): { challenge: string; rp: { id: string }; rpId: string } {
  const found = /data-options="([^"]*)"/.exec(reader.page.html)?.[1];
  if (found === undefined) throw new Error(`this page asks for no passkey: ${reader.text}`);
  return JSON.parse(found.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
}

/** What the page's script does with an invitation. */
export async function register(reader: Reader, path: string, authenticator: Authenticator): Promise<void> {
  await reader.get(path);
  const credential = authenticator.create(optionsOn(reader), consoleOrigin);
  await reader.submit(path, { credential: JSON.stringify(credential) });
}

/** What the page's script does at the sign-in. */
export async function signIn(reader: Reader, authenticator: Authenticator): Promise<void> {
  await reader.get('/console/sign-in');
  const credential = authenticator.get(optionsOn(reader), consoleOrigin);
  await reader.submit('/console/sign-in', { credential: JSON.stringify(credential) });
}

export type SignedIn = { reader: Reader; authenticator: Authenticator; operatorId: string };

/** Somebody with these roles, signed in, in a browser of their own. */
export async function newOperator(
  world: PagesWorld,
  roles: readonly OperatorRole[] = ['risk', 'admin'],
  name = 'Ada',
  headers: Record<string, string> = {},
): Promise<SignedIn> {
  const { operatorId, path } = await invite(world, roles, name);
  const authenticator = newAuthenticator();
  const reader = newReader(world.server, { ...fromConsole, ...headers });
  await register(reader, path, authenticator);
  await signIn(reader, authenticator);
  // Tests come from one address, which may not try more often than people do.
  await world.context.db('operator_sign_ins').delete();
  return { reader, authenticator, operatorId };
}

/** What the audit log has of an operator, the oldest first. */
export function actionsOf(world: PagesWorld, operatorId: string): Promise<string[]> {
  return world.context
    .db('operator_audit')
    .where({ operator_id: operatorId })
    .orderBy('id')
    .pluck('action') as Promise<string[]>;
}
