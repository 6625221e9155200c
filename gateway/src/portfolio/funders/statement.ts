import { account } from '../../ledger/accounts.ts';
import { type CalendarDate, startOf } from '../../lib/dates.ts';
import { type Currency, sum } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { endOf, planMovesSql } from '../book.ts';
import {
  type Classified,
  classify,
  type LineKind,
  lineKinds,
  type StatementAccount,
  statementAccounts,
} from './lines.ts';

export type StatementLine = { kind: LineKind; amount: bigint };

/** One of a funder's own accounts over a period: opening + Σ lines = closing, always. */
export type StatementPart = {
  account: StatementAccount;
  opening: bigint;
  lines: StatementLine[];
  closing: bigint;
};

export type FunderStatement = {
  funderId: string;
  currency: Currency;
  from: CalendarDate;
  to: CalendarDate;
  parts: StatementPart[];
};

/**
 * What a funder owned, bought, received, paid to us, lost and recovered from the beginning of `from` to the end of `to` in the
 * environment's calendar. It is read from the transfers of its four accounts by their business time, so each figure is in
 * the ledger and the closing of one period is the opening of the next. Lines that come to nothing are left out.
 */
export async function readFunderStatement(
  tx: Tx,
  input: { funderId: string; currency: Currency; from: CalendarDate; to: CalendarDate },
): Promise<FunderStatement> {
  const { funderId, currency, from, to } = input;
  const moved = await readMoved(tx, input);
  const fees = await readFeesCollected(tx, input);
  const parts = statementAccounts.map((code): StatementPart => {
    const own = moved.filter((row) => row.code === code);
    const opening = sum(own.map(({ before }) => before));
    const lines = code === 'funder' ? splitCollected(linesOf(own), fees) : linesOf(own);
    return { account: code, opening, lines, closing: opening + sum(lines.map(({ amount }) => amount)) };
  });
  return { funderId, currency, from, to, parts };
}

type Moved = Classified & { before: bigint; within: bigint };

/** What moved on the funder's accounts, positive where the balance of the account grew. */
async function readMoved(
  tx: Tx,
  { funderId, currency, from, to }: Parameters<typeof readFunderStatement>[1],
): Promise<Moved[]> {
  const accounts = statementAccounts.map((code) => account(code, funderId));
  const { rows } = await tx.sql.raw<{ rows: Moved[] }>(
    `select split_part(side.account, ':', 1) as code, split_part(side.other, ':', 1) as other, t.event,
       coalesce(sum(side.sign * t.amount) filter (where t.occurred_at < :start), 0)::int8 as before,
       coalesce(sum(side.sign * t.amount) filter (where t.occurred_at >= :start), 0)::int8 as within
     from ledger_transfers t
       cross join lateral (values (t.debit, t.credit, 1), (t.credit, t.debit, -1)) as side (account, other, sign)
     where t.environment_id = :environment and t.kind in ('posted', 'post') and t.currency = :currency
       and t.occurred_at < :end and (t.debit = any (:accounts) or t.credit = any (:accounts))
       and side.account = any (:accounts)
     group by 1, 2, 3`,
    {
      environment: tx.environment.id,
      currency,
      accounts,
      start: startOf(from, tx.environment.timeZone),
      end: endOf(tx, to),
    },
  );
  // Three of the four are liabilities: what is credited makes them grow.
  return rows.map((row) =>
    row.code === 'funder_due' ? row : { ...row, before: -row.before, within: -row.within },
  );
}

function linesOf(rows: readonly Moved[]): StatementLine[] {
  const amounts = new Map<LineKind, bigint>();
  for (const row of rows) {
    const kind = classify(row);
    amounts.set(kind, (amounts.get(kind) ?? 0n) + row.within);
  }
  return [...amounts]
    .map(([kind, amount]) => ({ kind, amount }))
    .filter(({ amount }) => amount !== 0n)
    .toSorted((a, b) => lineKinds.indexOf(a.kind) - lineKinds.indexOf(b.kind));
}

/** Interest and late fees are made payable in one transfer; how much of it is late fees is known from their accounts. */
function splitCollected(lines: readonly StatementLine[], fees: bigint): StatementLine[] {
  return lines.flatMap((line): StatementLine[] => {
    if (line.kind !== 'collected') return [line];
    return [
      { kind: 'interest_received' as const, amount: line.amount - fees },
      { kind: 'fees_received' as const, amount: fees },
    ].filter(({ amount }) => amount !== 0n);
  });
}

/** Late fees that shoppers paid in the period, less those that were charged back. */
async function readFeesCollected(
  tx: Tx,
  { funderId, currency, from, to }: Parameters<typeof readFunderStatement>[1],
): Promise<bigint> {
  const { rows } = await tx.sql.raw<{ rows: { collected: bigint }[] }>(
    `select coalesce(-sum(amount), 0)::int8 as collected from (${planMovesSql(['fee'])}) moves
     where other ^@ 'unapplied:' and occurred_at >= :start`,
    {
      environment: tx.environment.id,
      currency,
      funder: funderId,
      start: startOf(from, tx.environment.timeZone),
      until: endOf(tx, to),
    },
  );
  return rows[0]?.collected ?? 0n;
}
