import { addMs, dayMs, hourMs, minuteMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx, TxHost } from '../lib/tx.ts';

/** The one environment where money is real. */
export const liveEnvironmentId = 'live';

/** Live merchants' calendars are their own; this one is for what belongs to no merchant. */
export const liveTimeZone = 'Asia/Shanghai';

const sandboxLifeMs = 30 * dayMs;

/** What is under way when a sandbox ends has this long to finish before its rows go. */
const purgedAfterMs = hourMs;

/** Whoever moves a clock renews the lease at every date. Where one takes longer, two walk, which changes nothing. */
const clockLeaseMs = minuteMs / 2;

/** A sandbox as its owner sees it. */
export type Sandbox = {
  id: string;
  timeZone: string;
  clockAt: Date;
  /** Where the clock is on its way to; null while it stands. */
  target: Date | null;
  /** The Idempotency-Key of the request that moved it last. */
  lastRequest: string | null;
  expiresAt: Date;
};

type EnvironmentRow = {
  id: string;
  kind: 'live' | 'sandbox';
  time_zone: string;
  clock_at: Date | null;
  clock_target: Date | null;
  clock_lease_until: Date | null;
  clock_request: string | null;
  policy_change_id: string | null;
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
    target: row.clock_target,
    lastRequest: row.clock_request,
    expiresAt: row.expires_at,
  };
}

/**
 * Puts an approved change of policy in force in the transaction's environment, for every transaction that begins from then
 * on. False when another one than `base` (null: none) is in force.
 */
export async function usePolicyChange(
  tx: Tx,
  input: { changeId: string; base: string | null },
): Promise<boolean> {
  const changed = await tx
    .sql<EnvironmentRow>('environments')
    .where({ id: tx.environment.id })
    .whereRaw('policy_change_id is not distinct from ?', [input.base])
    .update({ policy_change_id: input.changeId });
  return changed === 1;
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
 * Announces that the clock will move to `target`, from when on writes are refused. False when it is moving to another
 * target, or, with `seen`, when it is moving at all or no longer stands there: what is so many days from an instant
 * depends on it. With `leased` the caller walks; without, whoever comes next does.
 */
export async function announceClock(
  host: Pick<TxHost, 'db' | 'clock'>,
  input: { sandboxId: string; target: Date; seen?: Date; request: string; leased: boolean },
): Promise<boolean> {
  const { target, seen } = input;
  const changed = await host
    .db<EnvironmentRow>('environments')
    .where({ id: input.sandboxId, kind: 'sandbox' })
    .where('clock_at', '<=', target)
    .modify((query) => {
      if (seen) void query.where({ clock_at: seen }).whereNull('clock_target');
      else void query.whereRaw('(clock_target is null or clock_target = ?)', [target]);
    })
    .update({
      clock_target: target,
      clock_request: input.request,
      clock_lease_until: input.leased ? leaseEnd(host) : null,
    });
  return changed === 1;
}

/** Moves the clock forward, never back, and renews the lease; false when somebody else has moved it as far already. */
export async function moveClock(host: Pick<TxHost, 'db' | 'clock'>, id: string, to: Date): Promise<boolean> {
  const changed = await host
    .db<EnvironmentRow>('environments')
    .where({ id })
    .where('clock_at', '<', to)
    .where('clock_target', '>=', to)
    .update({ clock_at: to, clock_lease_until: leaseEnd(host) });
  return changed === 1;
}

/** Lets writes in again once the clock stands at its target. */
export async function releaseClock(host: Pick<TxHost, 'db'>, id: string): Promise<void> {
  await host
    .db<EnvironmentRow>('environments')
    .where({ id })
    .whereRaw('clock_at = clock_target')
    .update({ clock_target: null, clock_lease_until: null });
}

/** A sandbox whose clock should move while nobody moves it: the caller does now, until the lease ends. */
export async function claimClock(host: Pick<TxHost, 'db' | 'clock'>): Promise<string | undefined> {
  const now = host.clock.now();
  const { rows } = await host.db.raw<{ rows: { id: string }[] }>(
    `update environments set clock_lease_until = :until
     where id = (
       select id from environments
       where clock_target is not null and expires_at > :now
         and (clock_lease_until is null or clock_lease_until <= :now)
       order by clock_lease_until nulls first, id limit 1
       for update skip locked)
     returning id`,
    { now, until: leaseEnd(host) },
  );
  return rows[0]?.id;
}

/** Gives a clock that has not arrived yet to whoever comes next. */
export async function leaveClock(host: Pick<TxHost, 'db' | 'clock'>, id: string): Promise<void> {
  await host
    .db<EnvironmentRow>('environments')
    .where({ id })
    .whereNotNull('clock_target')
    .update({ clock_lease_until: host.clock.now() });
}

function leaseEnd(host: Pick<TxHost, 'clock'>): Date {
  return addMs(host.clock.now(), clockLeaseMs);
}
