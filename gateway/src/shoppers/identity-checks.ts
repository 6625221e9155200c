import { addMs, dateIn, dayMs, hourMs, minuteMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx, TxHost } from '../lib/tx.ts';
import { isOfAge, saveIdentity, type VerifiedIdentity } from './identity.ts';
import { dataKeyOf } from './profile.ts';
import { placeOf } from './sealing.ts';

/** A person who is under way at a provider is looked up after so long, should neither they nor the provider come back. */
const firstLookMs = 15 * minuteMs;
const laterLookMs = hourMs;
/** After so long nobody comes back. */
const lifeMs = dayMs;

/**
 * A check on a provider's pages. `asked` until the provider was asked for it, `open` until it is over. `code` is why it was
 * refused.
 */
export type IdentityCheck = {
  id: Id<'idc'>;
  shopperId: Id<'shp'>;
  /** The sign-in in which it began. */
  sessionId: Id<'sse'>;
  reference: string | null;
  /** Where the shopper goes on, as it was given. */
  backTo: string;
  status: 'asked' | 'open' | 'verified' | 'refused' | 'ended';
  code: string | null;
  startedAt: Date;
  settledAt: Date | null;
};

type CheckRow = {
  environment_id: string;
  id: Id<'idc'>;
  shopper_id: Id<'shp'>;
  session_id: Id<'sse'>;
  provider: string;
  reference: string | null;
  back_to_sealed: string;
  status: IdentityCheck['status'];
  code: string | null;
  started_at: Date;
  look_at: Date | null;
  settled_at: Date | null;
};

/** What a provider says of a check that is over. */
export type CheckEnd =
  | { status: 'verified'; identity: VerifiedIdentity }
  | { status: 'refused'; code: string }
  | { status: 'ended' };

function checksOf(tx: Tx) {
  return tx.sql<CheckRow>('identity_checks').where({ environment_id: tx.environment.id });
}

async function toCheck(tx: Tx, row: CheckRow): Promise<IdentityCheck> {
  const place = placeOf(tx, 'identity_checks', 'back_to', row.id);
  return {
    id: row.id,
    shopperId: row.shopper_id,
    sessionId: row.session_id,
    reference: row.reference,
    backTo: tx.vault.open(row.back_to_sealed, place, await dataKeyOf(tx, row.shopper_id)),
    status: row.status,
    code: row.code,
    startedAt: row.started_at,
    settledAt: row.settled_at,
  };
}

/** Notes that a shopper goes to a provider's pages; `backTo` is kept sealed. The provider is asked after this commits. */
export async function startIdentityCheck(
  tx: Tx,
  input: { shopperId: Id<'shp'>; sessionId: Id<'sse'>; provider: string; backTo: string },
): Promise<{ checkId: Id<'idc'> }> {
  const { shopperId, sessionId, provider, backTo } = input;
  const id = newId('idc');
  const place = placeOf(tx, 'identity_checks', 'back_to', id);
  await tx.sql<CheckRow>('identity_checks').insert({
    environment_id: tx.environment.id,
    id,
    shopper_id: shopperId,
    session_id: sessionId,
    provider,
    back_to_sealed: tx.vault.seal(backTo, place, await dataKeyOf(tx, shopperId)),
    status: 'asked',
    started_at: tx.wallNow,
    look_at: addMs(tx.wallNow, firstLookMs),
  });
  return { checkId: id };
}

/** The provider has begun the check and calls it `reference`. */
export async function openIdentityCheck(
  tx: Tx,
  { checkId, reference }: { checkId: Id<'idc'>; reference: string },
): Promise<void> {
  await checksOf(tx).where({ id: checkId, status: 'asked' }).update({ status: 'open', reference });
}

/** The shopper's own check; undefined when there is none of theirs. */
export async function findIdentityCheck(
  tx: Tx,
  { checkId, shopperId }: { checkId: Id<'idc'>; shopperId: Id<'shp'> },
): Promise<IdentityCheck | undefined> {
  const row = await checksOf(tx).where({ id: checkId, shopper_id: shopperId }).first();
  return row && toCheck(tx, row);
}

/**
 * Keeps how a check ended, once: whoever comes second finds what the first one kept. Who was verified is from now on, unless
 * they are too young, another shopper is that person already, or this shopper another one.
 */
export async function settleIdentityCheck(
  tx: Tx,
  { checkId, end }: { checkId: Id<'idc'>; end: CheckEnd },
): Promise<Pick<IdentityCheck, 'status' | 'code' | 'settledAt'>> {
  const row = await checksOf(tx).where({ id: checkId }).forUpdate().first();
  if (!row) throw new Error(`there is no check ${checkId}`);
  if (row.settled_at) return { status: row.status, code: row.code, settledAt: row.settled_at };
  const refusal = await refusalOf(tx, row.shopper_id, end);
  const status = refusal === undefined ? end.status : 'refused';
  const settled = { status, code: refusal ?? null, settled_at: tx.wallNow };
  await checksOf(tx)
    .where({ id: checkId })
    .update({ ...settled, look_at: null });
  return { status, code: settled.code, settledAt: tx.wallNow };
}

/** The provider's code, or one of ours (`IdentityRefusal`). */
async function refusalOf(tx: Tx, shopperId: Id<'shp'>, end: CheckEnd): Promise<string | undefined> {
  if (end.status === 'refused') return end.code;
  if (end.status === 'ended') return undefined;
  const { identity } = end;
  const today = dateIn(tx.environment.timeZone, tx.now);
  if (!isOfAge(identity.nationalId.birthDate, today)) return 'minor';
  const saved = await saveIdentity(tx, { shopperId, identity });
  return saved.outcome === 'refused' ? saved.code : undefined;
}

/**
 * The provider says that something happened to checks with these names, ours or its own: they are looked up next. Undefined
 * when there are none, false when all are over.
 */
export async function bringForwardChecks(tx: Tx, names: readonly string[]): Promise<boolean | undefined> {
  const named = await checksOf(tx)
    .where((query) => void query.whereIn('id', names as never).orWhereIn('reference', names as never))
    .select('id', 'settled_at');
  if (named.length === 0) return undefined;
  const open = named.flatMap(({ id, settled_at: settledAt }) => (settledAt ? [] : [id]));
  await checksOf(tx).whereIn('id', open).update({ look_at: tx.wallNow });
  return open.length > 0;
}

/** A check that it is time to look at. */
export type DueCheck = {
  environmentId: string;
  checkId: Id<'idc'>;
  reference: string | null;
  isOver: boolean;
};

/** The checks that it is time to look at, over all environments; each is looked at again later. */
export async function takeDueChecks(host: TxHost, limit: number): Promise<DueCheck[]> {
  const now = host.clock.now();
  const due = host
    .db<CheckRow>('identity_checks')
    .where('look_at', '<=', now)
    .orderBy('look_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .select('id');
  const rows = await host
    .db<CheckRow>('identity_checks')
    .whereIn('id', due)
    .update({ look_at: addMs(now, laterLookMs) })
    .returning(['environment_id', 'id', 'reference', 'started_at']);
  return rows.map((row) => ({
    environmentId: row.environment_id,
    checkId: row.id,
    reference: row.reference,
    isOver: addMs(row.started_at, lifeMs) <= now,
  }));
}
