import { account } from '../../ledger/accounts.ts';
import { type Movement, statementOf } from '../../ledger/statements.ts';
import { type CalendarDate, startOf } from '../../lib/dates.ts';
import type { Currency } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { endOf } from '../book.ts';
import { classify, type LineKind, type StatementAccount, statementAccounts } from './lines.ts';

/** What moved one of a funder's own accounts: positive where its balance grew, in minor units. */
export type FunderMovement = {
  account: StatementAccount;
  kind: LineKind;
  amount: bigint;
  /** The plan that it was about; null where it was about none, such as a wire. */
  planId: string | null;
  occurredAt: Date;
  /** Where the next page goes on. */
  position: string;
};

/** Where a page ended: a transfer, and which of the accounts that it moved came last. */
type Position = { transferId: bigint; account: StatementAccount };

/** The position that a page gave out; undefined for what no page did. */
export function parsePosition(text: string): Position | undefined {
  const [id = '', code] = text.split(':');
  const found = statementAccounts.find((name) => name === code);
  return /^\d{1,18}$/.test(id) && found ? { transferId: BigInt(id), account: found } : undefined;
}

/**
 * The movements behind a funder's statement, in the order in which they were posted: from the beginning of `from` to the
 * end of `to`, of one account or of all four, at most `limit` after a position. All pages of an account sum to closing −
 * opening of its part of the statement.
 */
export async function readFunderMovements(
  tx: Tx,
  input: {
    funderId: string;
    currency: Currency;
    from: CalendarDate;
    to: CalendarDate;
    account?: StatementAccount | undefined;
    after?: Position | undefined;
    limit: number;
  },
): Promise<FunderMovement[]> {
  const { funderId, currency, from, to, after, limit } = input;
  const codes = input.account === undefined ? statementAccounts : [input.account];
  const found: (Movement & { code: StatementAccount })[] = [];
  for (const code of codes) {
    const { movements } = await statementOf(tx, {
      account: account(code, funderId),
      currency,
      from: startOf(from, tx.environment.timeZone),
      to: endOf(tx, to),
      ...(after && { after: seenUntil(after, code) }),
      limit,
    });
    found.push(...movements.map((movement) => ({ ...movement, code })));
  }
  const page = found.toSorted(inOrder).slice(0, limit);
  const plans = await plansOf(tx, page);
  return page.map(({ code, transferId, postingId, counterpart, event, amount, occurredAt }) => ({
    account: code,
    kind: classify({ code, other: counterpart.split(':', 1)[0] ?? '', event }),
    amount,
    planId: plans.get(postingId) ?? null,
    occurredAt,
    position: `${transferId}:${code}`,
  }));
}

/** A transfer may move two of the accounts: what of it the page before had not shown is shown now. */
function seenUntil({ transferId, account: last }: Position, code: StatementAccount): bigint {
  const isShown = statementAccounts.indexOf(code) <= statementAccounts.indexOf(last);
  return isShown ? transferId : transferId - 1n;
}

function inOrder(
  a: { transferId: bigint; code: StatementAccount },
  b: { transferId: bigint; code: StatementAccount },
): number {
  if (a.transferId !== b.transferId) return a.transferId < b.transferId ? -1 : 1;
  return statementAccounts.indexOf(a.code) - statementAccounts.indexOf(b.code);
}

/** The plan of each posting that moved the account of exactly one. */
async function plansOf(
  tx: Tx,
  movements: readonly Pick<Movement, 'postingId' | 'subjectId'>[],
): Promise<Map<string, string>> {
  const { rows } = await tx.sql.raw<{ rows: { postingId: string; planId: string }[] }>(
    `select t.posting_id as "postingId", min(split_part(side.account, ':', 2)) as "planId"
     from ledger_transfers t
       cross join lateral (values (t.debit), (t.credit)) as side (account)
     where t.environment_id = :environment and t.subject_id = any (:subjects) and t.posting_id = any (:postings)
       and split_part(side.account, ':', 2) ^@ 'pln_'
     group by t.posting_id having count(distinct split_part(side.account, ':', 2)) = 1`,
    {
      environment: tx.environment.id,
      subjects: [...new Set(movements.map(({ subjectId }) => subjectId))],
      postings: [...new Set(movements.map(({ postingId }) => postingId))],
    },
  );
  return new Map(rows.map(({ postingId, planId }) => [postingId, planId]));
}
