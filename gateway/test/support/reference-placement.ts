import { piecesOfDay } from './reference-days.ts';
import {
  interestFor,
  leftAlone,
  least,
  type Model,
  rounded,
  type Row,
  total,
  unpaid,
} from './reference-model.ts';

/** A fraction. */
type Exact = { over: bigint; under: bigint };

export const isLevel = ({ terms }: Model): boolean =>
  terms.method === 'annuity' && terms.shopper_rate_ppm > 0;

/** The pieces of a year that lie ahead of an installment's agreed date in its own period, day by day. */
function piecesAhead(model: Model, row: Row): number {
  let pieces = 0;
  for (let day = Math.max(row.starts, model.today); day < row.agreed; day += 1)
    pieces += piecesOfDay(model.terms.day_count, row, day);
  return pieces;
}

/** By how much a debt grows in what is ahead of a row's period: times `over`, through `under`. */
function growth(model: Model, row: Row): Exact {
  const year = BigInt(yearOf(model)) * 1_000_000n;
  return { over: year + BigInt(model.terms.shopper_rate_ppm) * BigInt(piecesAhead(model, row)), under: year };
}

function yearOf({ terms }: Model): number {
  return terms.day_count === '30/360' ? 360 : terms.day_count === 'actual/365' ? 365 : 365 * 366;
}

/** The level amount that leaves nothing of `amount` after the last row: the debt is rolled on as a − b × level. */
function levelOf(model: Model, rows: readonly Row[], amount: bigint): Exact {
  let a = amount;
  let b = 0n;
  let scale = 1n;
  for (const row of rows) {
    const { over, under } = growth(model, row);
    scale *= under;
    a *= over;
    b = b * over + scale;
  }
  return { over: a, under: b };
}

/** New principal over rows that hold none, each asking for the same. */
export function spreadLevel(model: Model, rows: readonly Row[], amount: bigint): void {
  const { over, under } = levelOf(model, rows, amount);
  const limits = (level: bigint) => rows.map(() => level);
  fill(model, { rows, amount, limits: limits(rounded(over, under)), restTo: 'last' });
  if (rows.at(-1)?.principal === 0n && over / under > 0n)
    fill(model, { rows, amount, limits: limits(over / under), restTo: 'last' });
}

/**
 * Fills rows that are ahead with `amount` of principal, the earliest first: each takes what its limit leaves beside the
 * interest that it has to ask for. Returns what has no place, or puts it into the last row with a limit.
 */
export function fill(
  model: Model,
  input: { rows: readonly Row[]; amount: bigint; limits: readonly bigint[]; restTo: 'last' | 'caller' },
): bigint {
  const { rows, limits, restTo } = input;
  const last = limits.some((limit) => limit > 0n)
    ? limits.findLastIndex((limit) => limit > 0n)
    : rows.length - 1;
  let left = input.amount;
  let carried = 0n;
  rows.forEach((row, index) => {
    carried += interestFor(model, left, model.terms.shopper_rate_ppm, piecesAhead(model, row));
    const room = (limits[index] ?? 0n) - (row.interest - row.paidInterest) - carried;
    let part = room > 0n ? least(room, left) : 0n;
    if (restTo === 'last' && index === last) part = left;
    row.principal = row.paidPrincipal + part;
    left -= part;
    if (part > 0n) carried = 0n;
  });
  return left;
}

/** Parts in proportion, each rounded; the last takes the rest, and what it cannot hold goes back to those before it. */
export function inProportion(amount: bigint, holds: readonly bigint[]): bigint[] {
  const all = total(holds);
  const parts: bigint[] = [];
  for (const hold of holds) parts.push(least(rounded(amount * hold, all), amount - total(parts)));
  for (let index = holds.length - 1; index >= 0; index -= 1)
    parts[index] = least(holds[index] ?? 0n, (parts[index] ?? 0n) + amount - total(parts));
  return parts;
}

/** What each row asks for that is not paid; what is past its agreed date with its principal only. */
export function askedOf(model: Model): bigint[] {
  const ahead = leftAlone(model);
  return model.rows.map((row, index) => {
    const interest = row.agreed > model.today ? (ahead.rows[index]?.interest ?? 0n) - row.paidInterest : 0n;
    return unpaid(row) + interest;
  });
}

/** Leaves `kept` of the unpaid principal, by the plan's refund policy. */
export function lowerTo(model: Model, kept: bigint, asked: readonly bigint[]): void {
  const proRata = model.snapshot.refund_policy === 'pro_rata';
  const open = model.rows.filter(({ agreed }) => agreed > model.today);
  if (!isLevel(model) || total(open.map(unpaid)) === 0n) {
    const owed = model.rows.map(unpaid);
    if (proRata) {
      const parts = inProportion(kept, owed);
      model.rows.forEach((row, index) => (row.principal = row.paidPrincipal + (parts[index] ?? 0n)));
    } else takeFromTheLast(model, total(owed) - kept);
    return;
  }
  const limits = proRata ? lowered(model, kept, asked) : asked;
  let left = kept;
  for (const row of model.rows.filter((one) => !open.includes(one))) {
    const part = least(left, unpaid(row), limits[row.number - 1] ?? 0n);
    row.principal = row.paidPrincipal + part;
    left -= part;
  }
  fill(model, {
    rows: open,
    amount: left,
    limits: open.map(({ number }) => limits[number - 1] ?? 0n),
    restTo: 'last',
  });
}

function takeFromTheLast(model: Model, amount: bigint): void {
  let left = amount;
  for (const row of model.rows.toReversed()) {
    const off = least(left, unpaid(row));
    row.principal -= off;
    left -= off;
  }
}

/** All amounts times the one factor with which they repay what is kept, carried to the end of the calendar. */
function lowered(model: Model, kept: bigint, asked: readonly bigint[]): bigint[] {
  let debt = kept;
  let payments = 0n;
  let scale = 1n;
  for (const row of model.rows) {
    const open = row.agreed > model.today;
    const { over, under } = open ? growth(model, row) : { over: 1n, under: 1n };
    scale *= under;
    debt = debt * over + (open ? row.interest - row.paidInterest : 0n) * scale;
    payments = payments * over + (asked[row.number - 1] ?? 0n) * scale;
  }
  return payments === 0n ? [...asked] : asked.map((amount) => rounded(amount * debt, payments));
}
