import { addMs, hourMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { secretsEqual, type Vault } from '../lib/vault.ts';

/** For so long whoever was given a link may open it, by the wall's clock. */
const linkMs = 24 * hourMs;

/** The address of a settlement's printed statement, below which its lines are: the stamp shows that we gave it out. */
export function statementLink(tx: Tx, settlementId: string): { path: string; expiresAt: Date } {
  const expiresAt = addMs(tx.wallNow, linkMs);
  const expires = Math.floor(expiresAt.getTime() / 1000);
  const place = { environmentId: tx.environment.id, settlementId, expires: String(expires) };
  const stamp = stampOf(tx.vault, place);
  return {
    path: `/settlements/${place.environmentId}/${settlementId}/${expires}/${stamp}`,
    expiresAt: new Date(expires * 1000),
  };
}

type Place = { environmentId: string; settlementId: string; expires: string };

function stampOf(vault: Vault, { environmentId, settlementId, expires }: Place): string {
  return vault.stamp('settlement', `${environmentId}/${settlementId}/${expires}`);
}

/** Whether we gave this address out and it has not expired. */
export function isStatementLink(
  host: { vault: Vault; clock: { now(): Date } },
  { stamp, ...place }: Place & { stamp: string },
): boolean {
  if (!/^\d{1,12}$/.test(place.expires) || !secretsEqual(stamp, stampOf(host.vault, place))) return false;
  return Number(place.expires) * 1000 > host.clock.now().getTime();
}
