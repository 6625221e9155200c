import type { CreditLine } from '../credit/lines.ts';
import { addDays, type CalendarDate, dateIn, daysBetween } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { policyOf } from '../pay-score/policy-in-force.ts';
import type { ChangeReason, DaysSince, ReviewFacts, Terms } from './limit-policy.ts';

export type LimitChangeStatus = 'applied' | 'offered' | 'accepted' | 'declined' | 'expired' | 'withdrawn';

/** One change of a line's limit or price as it was decided, and what became of it. */
export type LimitChange = {
  id: Id<'lmc'>;
  lineId: string;
  kind: 'raise' | 'cut' | 'price';
  from: Terms;
  to: Terms;
  reasons: ChangeReason[];
  score: number;
  /** Where the shopper is asked first, a raise is `offered` until it is answered, or its time or its ground is gone. */
  status: LimitChangeStatus;
  decidedOn: CalendarDate;
  /** Of an offer: the first date on which it can no longer be accepted, and when it ended. */
  expiresOn: CalendarDate | null;
  answeredOn: CalendarDate | null;
};

type ChangeRow = {
  environment_id: string;
  id: Id<'lmc'>;
  credit_line_id: string;
  kind: LimitChange['kind'];
  from_limit: bigint;
  to_limit: bigint;
  from_rate_ppm: number;
  to_rate_ppm: number;
  reasons: ChangeReason[];
  score: number;
  scored_by: ReviewFacts['scoredBy'];
  policy_version: string;
  status: LimitChangeStatus;
  decided_on: CalendarDate;
  expires_on: CalendarDate | null;
  answered_on: CalendarDate | null;
  created_at: Date;
};

function toChange(row: ChangeRow): LimitChange {
  return {
    id: row.id,
    lineId: row.credit_line_id,
    kind: row.kind,
    from: { limit: row.from_limit, annualRatePpm: row.from_rate_ppm },
    to: { limit: row.to_limit, annualRatePpm: row.to_rate_ppm },
    reasons: row.reasons,
    score: row.score,
    status: row.status,
    decidedOn: row.decided_on,
    expiresOn: row.expires_on,
    answeredOn: row.answered_on,
  };
}

/** So many days an offered raise stays open. */
export const offerDays = 30;

/** Keeps a change that was decided on a locked line; changing the line is the caller's. */
export async function storeChange(
  tx: Tx,
  input: Pick<LimitChange, 'lineId' | 'kind' | 'from' | 'to' | 'reasons'> &
    Pick<ReviewFacts, 'score' | 'scoredBy'> & { status: 'applied' | 'offered' },
): Promise<LimitChange> {
  const today = dateIn(tx.environment.timeZone, tx.now);
  const [row] = await tx
    .sql<ChangeRow>('limit_changes')
    .insert({
      environment_id: tx.environment.id,
      id: newId('lmc'),
      credit_line_id: input.lineId,
      kind: input.kind,
      from_limit: input.from.limit,
      to_limit: input.to.limit,
      from_rate_ppm: input.from.annualRatePpm,
      to_rate_ppm: input.to.annualRatePpm,
      reasons: input.reasons,
      score: input.score,
      scored_by: input.scoredBy,
      policy_version: (await policyOf(tx)).version,
      status: input.status,
      decided_on: today,
      expires_on: input.status === 'offered' ? addDays(today, offerDays) : null,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the change was not stored');
  return toChange(row);
}

function changesOf(tx: Tx, lineId: string) {
  return tx
    .sql<ChangeRow>('limit_changes')
    .where({ environment_id: tx.environment.id, credit_line_id: lineId });
}

/** Every change of a line, the oldest first. */
export async function listChanges(tx: Tx, lineId: string): Promise<LimitChange[]> {
  return (await changesOf(tx, lineId).orderBy('id')).map(toChange);
}

/** The raise that waits for the shopper's answer, if there is one. */
export async function openOffer(tx: Tx, lineId: string): Promise<LimitChange | undefined> {
  const row = await changesOf(tx, lineId).where({ status: 'offered' }).first();
  return row && toChange(row);
}

/** Ends an open offer of a locked line; false when it is open no more. */
export async function endOffer(
  tx: Tx,
  { id, lineId }: Pick<LimitChange, 'id' | 'lineId'>,
  status: 'accepted' | 'declined' | 'expired' | 'withdrawn',
): Promise<boolean> {
  const answered_on = dateIn(tx.environment.timeZone, tx.now);
  const ended = await changesOf(tx, lineId).where({ id, status: 'offered' }).update({ status, answered_on });
  return ended === 1;
}

/** How many days ago a line was opened and last changed in each way, as of `today`. */
export async function readDaysSince(
  tx: Tx,
  line: Pick<CreditLine, 'id' | 'openedAt'>,
  today: CalendarDate,
): Promise<DaysSince> {
  const { rows } = await tx.sql.raw<{ rows: Record<keyof DaysSince, CalendarDate | null>[] }>(
    `select max(decided_on) filter (where kind = 'raise') as raise,
       max(decided_on) filter (where kind = 'cut') as cut,
       max(decided_on) filter (where to_rate_ppm < from_rate_ppm) as cheaper,
       max(decided_on) filter (where to_rate_ppm > from_rate_ppm) as dearer,
       max(answered_on) filter (where status = 'declined') as declined
     from limit_changes where environment_id = ? and credit_line_id = ?`,
    [tx.environment.id, line.id],
  );
  const [row] = rows;
  const daysSince = (on: CalendarDate | null | undefined): number | null =>
    on ? daysBetween(on, today) : null;
  return {
    opened: daysBetween(dateIn(tx.environment.timeZone, line.openedAt), today),
    raise: daysSince(row?.raise),
    cut: daysSince(row?.cut),
    cheaper: daysSince(row?.cheaper),
    dearer: daysSince(row?.dearer),
    declined: daysSince(row?.declined),
  };
}
