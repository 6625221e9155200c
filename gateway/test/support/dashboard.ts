import { type Tx, transact } from '../../src/lib/tx.ts';
import { invitationPath } from '../../src/members/invitation-path.ts';
import { inviteMember } from '../../src/members/invitations.ts';
import type { MemberRole } from '../../src/members/rights.ts';
import { ensureLiveEnvironment, liveTimeZone } from '../../src/merchants/environments.ts';
import { type Authenticator, newAuthenticator } from './authenticator.ts';
import { consoleOrigin, fromConsole, optionsOn } from './console.ts';
import { newReader, type Reader } from './page-reader.ts';
import type { PagesWorld } from './pages-world.ts';

/** Where the dashboard is, for a gateway at http://127.0.0.1:4000. */
export const dashboardOrigin = consoleOrigin;
export const fromDashboard = fromConsole;

/** A merchant in its sandbox: `Shop` of the pages' world is one. */
export type DashboardShop = { environmentId: string; merchant: { id: string } };

/** A transaction in the shop's sandbox. */
export function inShop<T>(world: PagesWorld, shop: DashboardShop, work: (tx: Tx) => Promise<T>): Promise<T> {
  const actor = { kind: 'system', id: 'test' } as const;
  return transact(world.context, { environmentId: shop.environmentId, actor }, work);
}

/** What the command line does: a member who has not come yet, and the path of their link. */
export async function inviteTo(
  world: PagesWorld,
  shop: DashboardShop,
  role: MemberRole = 'owner',
  name = 'Olga',
): Promise<{ memberId: string; path: string }> {
  // Who is signed in is looked up in the environment that is always there.
  await ensureLiveEnvironment(world.context, liveTimeZone);
  const { member, token } = await inShop(world, shop, (tx) =>
    inviteMember(tx, { merchantId: shop.merchant.id, whom: { name, role } }),
  );
  return { memberId: member.id, path: invitationPath(token) };
}

/** What the page's script does at the sign-in, by default the one that the page shows. */
export async function signInToDashboard(
  reader: Reader,
  authenticator: Authenticator,
  path = '/dashboard/sign-in',
): Promise<void> {
  await reader.get(path);
  const credential = authenticator.get(optionsOn(reader), dashboardOrigin);
  await reader.submit('/dashboard/sign-in', { credential: JSON.stringify(credential) });
}

/** What the page's script does with an invitation; its member is signed in by it. */
export async function acceptInvitation(
  reader: Reader,
  path: string,
  authenticator: Authenticator,
): Promise<void> {
  await reader.get(path);
  const credential = authenticator.create(optionsOn(reader), dashboardOrigin);
  await reader.submit(path, { credential: JSON.stringify(credential) });
}

export type SignedInMember = { reader: Reader; authenticator: Authenticator; memberId: string };

/** Somebody of this shop with this role, signed in a moment ago, in a browser of their own. */
export async function newMember(
  world: PagesWorld,
  shop: DashboardShop,
  role: MemberRole = 'owner',
  name = 'Olga',
  headers: Record<string, string> = {},
): Promise<SignedInMember> {
  const { memberId, path } = await inviteTo(world, shop, role, name);
  const authenticator = newAuthenticator();
  const reader = newReader(world.server, { ...fromDashboard, ...headers });
  await acceptInvitation(reader, path, authenticator);
  return { reader, authenticator, memberId };
}

/** What the audit log has of a member, the oldest first. */
export function memberActionsOf(world: PagesWorld, memberId: string): Promise<string[]> {
  return world.context
    .db('member_audit')
    .where({ member_id: memberId })
    .orderBy('id')
    .pluck('action') as Promise<string[]>;
}
