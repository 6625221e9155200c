import type { Knex } from 'knex';
import { openUnder } from '../../credit/guarantees/cover.ts';
import { close, guarantorLine, lockSides } from '../../credit/guarantees/end.ts';
import {
  type Guarantee,
  guaranteesOf,
  recordGuaranteeEvent,
  toGuarantee,
  updateGuarantee,
} from '../../credit/guarantees/guarantees.ts';
import { exposureOf, lapsesOn, reconsiderUntil, todayIn } from '../../credit/guarantees/state.ts';
import { movePledges } from '../../credit/lines.ts';
import { addDays, startOf } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { latenessOf, standingNow } from '../../standing/standing.ts';
import { personalObstacle } from './eligibility.ts';
import { findLatePlans, followLatePlan } from './late.ts';
import { collectClaim, findClaimsToCollect, nextClaimAt } from './collect-claims.ts';

/** What time does: to a guarantee by itself, to a covered plan that is late, or to a plan whose claim is to be collected. */
export type GuaranteeWork = { of: 'guarantee' | 'late_plan' | 'claim'; id: string };

/** Everything that the date at `tx.now` brings about for guarantees, the oldest guarantee and the oldest plan first. */
export async function findGuaranteeWork(tx: Tx): Promise<GuaranteeWork[]> {
  const due = (await listOpen(tx)).filter(({ guarantee, open }) => moveOf(tx, guarantee, open) !== undefined);
  const work = (of: GuaranteeWork['of']) => (id: string) => ({ of, id });
  return [
    ...due.map(({ guarantee }) => work('guarantee')(guarantee.id)),
    ...(await findLatePlans(tx)).map(work('late_plan')),
    ...(await findClaimsToCollect(tx)).map(work('claim')),
  ];
}

/** Doing so twice on a date changes nothing the second time. */
export async function passGuaranteeWork(tx: Tx, { of, id }: GuaranteeWork): Promise<void> {
  if (of === 'late_plan') await followLatePlan(tx, id);
  else if (of === 'claim') await collectClaim(tx, id);
  else await followTime(tx, id);
}

/** When a guarantee next changes, or a debtor is next asked to pay a friend back; undefined when that never comes. */
export async function nextGuaranteeAt(tx: Tx): Promise<Date | undefined> {
  const own = (await listOpen(tx)).map(({ guarantee, open }) => nextOf(tx, guarantee, open));
  const all = [...own, await nextClaimAt(tx)].filter((at) => at !== undefined && at > tx.now) as Date[];
  return all.toSorted((a, b) => a.getTime() - b.getTime())[0];
}

/** SQL of a truth: whether anybody vouches here, or did, so that `nextGuaranteeAt` has something to say. */
export function anyGuarantee(tx: Tx): Knex.Raw {
  return tx.sql.raw('select exists (select from guarantees where environment_id = ?)', [tx.environment.id]);
}

type Open = { guarantee: Guarantee; open: bigint };

/** What is offered, accepted or active, or still binds, with what is owed under it. */
async function listOpen(tx: Tx): Promise<Open[]> {
  const rows = await guaranteesOf(tx)
    .where((query) => {
      void query.whereIn('status', ['offered', 'accepted', 'active']).orWhere('pledged', '>', 0n);
    })
    .orderBy('id');
  const owed = await openUnder(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ guarantee: toGuarantee(row), open: owed.get(row.id) ?? 0n }));
}

/** What time does to a guarantee now, if anything. */
function moveOf(
  tx: Tx,
  guarantee: Guarantee,
  open: bigint,
): 'lapse' | 'activate' | 'expire' | 'set_free' | undefined {
  const { status, expiresOn, pledged } = guarantee;
  const until = reconsiderUntil(guarantee);
  if (status === 'offered') return todayIn(tx) >= lapsesOn(guarantee) ? 'lapse' : undefined;
  if (status === 'accepted') return until !== null && until <= tx.now ? 'activate' : undefined;
  if (status === 'active') return todayIn(tx) > expiresOn ? 'expire' : undefined;
  return pledged > exposureOf(guarantee, open) ? 'set_free' : undefined;
}

function nextOf(tx: Tx, guarantee: Guarantee, open: bigint): Date | undefined {
  const { timeZone } = tx.environment;
  const { status, expiresOn } = guarantee;
  // What was paid or voided late in the day is set free on the next date.
  if (moveOf(tx, guarantee, open)) return startOf(addDays(todayIn(tx), 1), timeZone);
  if (status === 'offered') return startOf(lapsesOn(guarantee), timeZone);
  if (status === 'accepted') return reconsiderUntil(guarantee) ?? undefined;
  return status === 'active' ? startOf(addDays(expiresOn, 1), timeZone) : undefined;
}

async function followTime(tx: Tx, guaranteeId: string): Promise<void> {
  const guarantee = await lockSides(tx, guaranteeId);
  const open = (await openUnder(tx, [guaranteeId])).get(guaranteeId) ?? 0n;
  const move = moveOf(tx, guarantee, open);
  if (move === 'lapse') await close(tx, guarantee, { status: 'ended', by: 'time' });
  if (move === 'expire') await close(tx, guarantee, { status: 'expired', by: 'time' });
  if (move === 'activate') await activate(tx, guarantee);
  if (move === 'set_free') {
    const pledged = exposureOf(guarantee, open);
    await movePledges(tx, guarantorLine(guarantee), { pledged: pledged - guarantee.pledged });
    await updateGuarantee(tx, guarantee, { pledged });
  }
}

/** The day to reconsider is over. Who could not vouch any more, or is late, has an end instead. */
async function activate(tx: Tx, guarantee: Guarantee): Promise<void> {
  const { guarantorId, debtorId, currency, cap } = guarantee;
  if (debtorId === null) throw new Error(`guarantee ${guarantee.id} was accepted by nobody`);
  const guarantor = await standingNow(tx, { shopperId: guarantorId, currency });
  const debtor = await standingNow(tx, { shopperId: debtorId, currency });
  if ((await personalObstacle(tx, guarantorId, guarantor)) || latenessOf(debtor)) {
    await close(tx, guarantee, { status: 'ended', by: 'review' });
    return;
  }
  await movePledges(tx, { shopperId: debtorId, currency }, { guaranteed: cap });
  const active = await updateGuarantee(tx, guarantee, { status: 'active', active_at: tx.now });
  await recordGuaranteeEvent(tx, 'guarantee.active', active);
}
