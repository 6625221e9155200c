import { addMs, dayMs, hourMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { TxHost } from '../lib/tx.ts';

/** The one environment where money is real. */
export const liveEnvironmentId = 'live';

const sandboxLifeMs = 30 * dayMs;

/** What is under way when a sandbox ends has this long to finish before its rows go. */
const purgedAfterMs = hourMs;

/** A sandbox as its owner sees it. */
export type Sandbox = { id: string; timeZone: string; clockAt: Date; moving: boolean; expiresAt: Date };

type EnvironmentRow = {
  id: string;
  kind: 'live' | 'sandbox';
  time_zone: string;
  clock_at: Date | null;
  clock_target: Date | null;
  expires_at: Date | null;
  created_at: Date;
};

/** Makes sure that the live environment exists; called when a process starts. */
export async function ensureLiveEnvironment(host: TxHost, timeZone: string): Promise<void> {
  await host
    .db<EnvironmentRow>('environments')
    .insert({ id: liveEnvironmentId, kind: 'live', time_zone: timeZone, created_at: host.clock.now() })
    .onConflict('id')
    .ignore();
}

/** Opens an empty sandbox whose clock stands at `clockAt` until it is advanced. It lives for 30 days of wall time. */
export async function createSandbox(
  host: Pick<TxHost, 'db' | 'clock'>,
  input: { timeZone: string; clockAt: Date },
): Promise<Id<'sbx'>> {
  const id = newId('sbx');
  const wallNow = host.clock.now();
  await host.db<EnvironmentRow>('environments').insert({
    id,
    kind: 'sandbox',
    time_zone: input.timeZone,
    clock_at: input.clockAt,
    expires_at: addMs(wallNow, sandboxLifeMs),
    created_at: wallNow,
  });
  return id;
}

/** The sandbox with this id, also while its clock moves; undefined when it has ended. */
export async function findSandbox(
  host: Pick<TxHost, 'db' | 'clock'>,
  id: string,
): Promise<Sandbox | undefined> {
  const row = await host.db<EnvironmentRow>('environments').where({ id, kind: 'sandbox' }).first();
  if (!row?.clock_at || !row.expires_at || row.expires_at <= host.clock.now()) return undefined;
  return {
    id: row.id,
    timeZone: row.time_zone,
    clockAt: row.clock_at,
    moving: row.clock_target !== null,
    expiresAt: row.expires_at,
  };
}

/** Ends a sandbox now: its keys and pages stop working at once. */
export async function endSandbox(host: Pick<TxHost, 'db' | 'clock'>, id: string): Promise<void> {
  await host
    .db<EnvironmentRow>('environments')
    .where({ id, kind: 'sandbox' })
    .update({ expires_at: host.clock.now() });
}

/** Deletes every row of the sandboxes that ended an hour ago or earlier; returns their ids. */
export async function purgeEndedSandboxes(host: Pick<TxHost, 'db' | 'clock'>): Promise<string[]> {
  const ended = await host
    .db<EnvironmentRow>('environments')
    .where({ kind: 'sandbox' })
    .where('expires_at', '<=', addMs(host.clock.now(), -purgedAfterMs))
    .select('id');
  for (const { id } of ended) await host.db.raw('select purge_sandbox(?)', [id]);
  return ended.map(({ id }) => id);
}

/**
 * Announces that the clock will move to `target`, from when on writes are refused. Returns false when it is already
 * moving to another target. Announcing the same target again resumes an advance that was cut off.
 */
export async function announceClock(host: Pick<TxHost, 'db'>, id: string, target: Date): Promise<boolean> {
  const changed = await host
    .db<EnvironmentRow>('environments')
    .where({ id, kind: 'sandbox' })
    .where('clock_at', '<=', target)
    .whereRaw('(clock_target is null or clock_target = ?)', [target])
    .update({ clock_target: target });
  return changed === 1;
}

/** Moves the clock forward, never back; false when somebody else has moved it as far already. */
export async function moveClock(host: Pick<TxHost, 'db'>, id: string, to: Date): Promise<boolean> {
  const changed = await host
    .db<EnvironmentRow>('environments')
    .where({ id })
    .where('clock_at', '<', to)
    .update({ clock_at: to });
  return changed === 1;
}

/** Lets writes in again once the clock stands at its target. */
export async function releaseClock(host: Pick<TxHost, 'db'>, id: string): Promise<void> {
  await host
    .db<EnvironmentRow>('environments')
    .where({ id })
    .whereRaw('clock_at = clock_target')
    .update({ clock_target: null });
}
