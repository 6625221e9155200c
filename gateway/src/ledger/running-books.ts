import type { Currency } from '../lib/money.ts';
import { type Account, type AccountCode, chart, normalSide, parseAccount } from './accounts.ts';
import { type AccountBalance, inChartOrder, type TrialBalanceRow } from './balances.ts';
import type { Transfer } from './posting.ts';

/** A transfer as it is stored: its ids grow in the order in which transfers were posted. */
export type StoredTransfer = Omit<Transfer, 'pendingId'> & { id: bigint; pendingId: bigint | null };

/**
 * The books as of one transfer, to be carried on by the next: every account that is not empty, what is reserved, and
 * each funder's gap, the difference between what its plans owe it and its stake or its accrued earnings.
 */
export type RunningBooks = {
  throughTransferId: bigint;
  /** By account and currency; positive on the normal side. */
  balances: Map<string, AccountBalance>;
  /** Pending transfers that are neither posted nor voided yet, by their ids. */
  reserved: Map<bigint, StoredTransfer>;
  /** Only those that are not 0, and so are wrong. */
  gaps: Map<string, Gap>;
};

type GapName = 'principal_is_participation' | 'interest_and_fee_is_accrued';
type Gap = { name: GapName; subject: string; currency: Currency; difference: bigint };

/** What is wrong with running books: a funder's gap, or an account that can only be owed one way and is below zero. */
export type BalanceFault = {
  name: GapName | 'account_below_zero';
  /** The funder, or the account's name. */
  subject: string;
  currency: Currency;
  difference: bigint;
};

/** Per funder, these accounts of its plans are worth as much as what stands against them. */
const gapOf: Partial<Record<AccountCode, GapName>> = {
  principal: 'principal_is_participation',
  participation: 'principal_is_participation',
  interest: 'interest_and_fee_is_accrued',
  fee: 'interest_and_fee_is_accrued',
  accrued: 'interest_and_fee_is_accrued',
};

/** Nobody can owe less than nothing here. A merchant or a funder may come to owe us, and cash may run short. */
const neverBelowZero: ReadonlySet<AccountCode> = new Set([
  'principal',
  'interest',
  'fee',
  'unapplied',
  'shopper',
  'down',
  'draw',
  'subsidy',
  'participation',
  'accrued',
  'payout',
  'reserve',
  'dispute_held',
]);

export function emptyBooks(): RunningBooks {
  return { throughTransferId: 0n, balances: new Map(), reserved: new Map(), gaps: new Map() };
}

/**
 * Carries books on by the transfers that follow, the oldest first, and returns the accounts (keys of `balances`) that
 * they touched. The books are changed in place, so that a day costs what happened in it and not what went before.
 * Throws when a transfer resolves one that the books have not seen or that is resolved already.
 */
export function foldTransfers(books: RunningBooks, transfers: Iterable<StoredTransfer>): Set<string> {
  const touched = new Set<string>();
  for (const transfer of transfers) {
    const { posted, pending } = effectOf(books, transfer);
    for (const [name, sign] of [[transfer.debit, 1n] as const, [transfer.credit, -1n] as const]) {
      touched.add(
        add(books, { name, currency: transfer.currency, posted: sign * posted, pending: sign * pending }),
      );
    }
    books.throughTransferId = transfer.id;
  }
  return touched;
}

/** What is wrong: every funder's gap, and which of these accounts are below zero. */
export function faultsOf(books: RunningBooks, touched: ReadonlySet<string>): BalanceFault[] {
  const below = [...touched].flatMap((key): BalanceFault[] => {
    const found = books.balances.get(key);
    if (!found || found.posted >= 0n || !neverBelowZero.has(parseAccount(found.account).code)) return [];
    const { account, currency, posted } = found;
    return [{ name: 'account_below_zero', subject: account, currency, difference: posted }];
  });
  return [...books.gaps.values(), ...below];
}

/** The trial balance of running books: as `trialBalance` tells it, without the codes that come to nothing. */
export function trialBalanceOf(books: RunningBooks): TrialBalanceRow[] {
  const rows = new Map<string, Omit<TrialBalanceRow, 'class'>>();
  for (const { account, currency, posted } of books.balances.values()) {
    if (posted === 0n) continue;
    const { code, class: accountClass } = parseAccount(account);
    const row = rows.get(`${code} ${currency}`) ?? { code, currency, debit: 0n, credit: 0n };
    const onDebit = normalSide(accountClass) === 'debit' ? posted : -posted;
    if (onDebit > 0n) row.debit += onDebit;
    else row.credit -= onDebit;
    rows.set(`${code} ${currency}`, row);
  }
  return inChartOrder([...rows.values()]);
}

/** What a transfer adds to its debit account, and takes from its credit account. */
function effectOf(books: RunningBooks, transfer: StoredTransfer): { posted: bigint; pending: bigint } {
  const { id, kind, pendingId, amount } = transfer;
  if (kind === 'posted') return { posted: amount, pending: 0n };
  if (kind === 'pending') {
    books.reserved.set(id, transfer);
    return { posted: 0n, pending: amount };
  }
  const resolved = pendingId === null ? undefined : books.reserved.get(pendingId);
  if (!resolved) throw new Error(`transfer ${id} resolves ${pendingId}, which is not pending in these books`);
  books.reserved.delete(resolved.id);
  return { posted: kind === 'post' ? amount : 0n, pending: -resolved.amount };
}

/** Amounts here are positive on the debit side, whatever the account's class. */
type Change = { name: Account; currency: Currency; posted: bigint; pending: bigint };

function add(books: RunningBooks, { name, currency, posted, pending }: Change): string {
  const { code, owners } = parseAccount(name);
  const key = `${name} ${currency}`;
  const sign = normalSide(chart[code].class) === 'debit' ? 1n : -1n;
  const before = books.balances.get(key) ?? { account: name, currency, posted: 0n, pending: 0n };
  const after = {
    ...before,
    posted: before.posted + sign * posted,
    pending: before.pending + sign * pending,
  };
  if (after.posted === 0n && after.pending === 0n) books.balances.delete(key);
  else books.balances.set(key, after);
  const gap = gapOf[code];
  if (gap && posted !== 0n)
    widen(books, { name: gap, subject: owners.at(-1) ?? '', currency, difference: posted });
  return key;
}

function widen(books: RunningBooks, { name, subject, currency, difference }: Gap): void {
  const key = `${name} ${subject} ${currency}`;
  const sum = (books.gaps.get(key)?.difference ?? 0n) + difference;
  if (sum === 0n) books.gaps.delete(key);
  else books.gaps.set(key, { name, subject, currency, difference: sum });
}
