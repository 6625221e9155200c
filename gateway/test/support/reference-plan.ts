import type { PlanEntry } from '../../src/plans/entry.ts';
import type { PlanSnapshot } from '../../src/plans/snapshot.ts';
import { dayOf, firstRepaymentDay, monthsAfter } from './reference-days.ts';
import {
  endSpan,
  interestFor,
  leftAlone,
  least,
  liveUntil,
  type Model,
  noInterest,
  pay,
  rounded,
  type Row,
  service,
  shiftPaused,
  total,
  unpaid,
} from './reference-model.ts';
import { askedOf, fill, inProportion, isLevel, lowerTo, spreadLevel } from './reference-placement.ts';

type Far = { months?: number | undefined; days?: number | undefined };

/** A model of the plan from its first capture on. */
export function openModel(snapshot: PlanSnapshot, entry: PlanEntry & { kind: 'capture' }): Model {
  const startsOn = dayOf(entry.onDate);
  const model: Model = {
    snapshot,
    terms: snapshot.interest ?? noInterest,
    startsOn,
    today: startsOn,
    rows: [],
    captured: entry.amount,
    appendLimit: 0n,
    pieces: 0,
    spans: [],
    returned: 0n,
    pause: undefined,
    moved: 0,
  };
  for (const { offset } of snapshot.installments) addRow(model, offset);
  const { rows } = model;
  if (isLevel(model)) {
    spreadLevel(model, rows, BigInt(snapshot.financed));
    const whole = leftAlone(model).rows;
    rows.forEach((row, index) => (row.limit = row.principal + (whole[index]?.interest ?? 0n)));
    const limits = rows.map(({ limit }) => rounded(limit * entry.amount, BigInt(snapshot.financed)));
    fill(model, { rows, amount: entry.amount, limits, restTo: 'last' });
  } else {
    const agreed = snapshot.installments.map((item) => BigInt(item.principal ?? item.amount));
    const parts = inProportion(entry.amount, agreed);
    rows.forEach((row, index) => {
      row.limit = agreed[index] ?? 0n;
      row.principal = parts[index] ?? 0n;
    });
  }
  model.appendLimit = rows[0]?.limit ?? 0n;
  return model;
}

function addRow(model: Model, { months = 0, days = 0 }: Far): Row {
  const { snapshot, startsOn, rows } = model;
  const { repayment_day: repaymentDay } = snapshot;
  const before = rows.at(-1);
  const first: Far = snapshot.installments[0]?.offset ?? {};
  const agreed =
    repaymentDay === undefined
      ? monthsAfter(startsOn, months) + days
      : monthsAfter(firstRepaymentDay(startsOn, repaymentDay), months - (first.months ?? 0));
  const irregular = days !== (before?.days0 ?? 0) || (!before && repaymentDay !== undefined);
  const row: Row = {
    number: rows.length + 1,
    starts: before?.agreed ?? startsOn,
    agreed,
    months: irregular ? undefined : months - (before?.months0 ?? 0),
    months0: months,
    days0: days,
    due: agreed,
    shift: 0,
    limit: 0n,
    principal: 0n,
    paidPrincipal: 0n,
    interest: 0n,
    paidInterest: 0n,
    fee: 0n,
    paidFee: 0n,
  };
  rows.push(row);
  return row;
}

/** Lives until the entry's day and enters it. */
export function enterInModel(model: Model, entry: PlanEntry): void {
  liveUntil(model, dayOf(entry.onDate));
  if (entry.kind === 'capture') captureMore(model, entry.amount);
  else if (entry.kind === 'refund') refundIn(model, entry.amount);
  else if (entry.kind === 'repayment') pay(model, entry.amount);
  else service(model, entry);
}

/** Rule 2: what is agreed for a later day is filled up, the earliest first; the rest is appended at the cadence. */
function captureMore(model: Model, amount: bigint): void {
  model.captured += amount;
  endSpan(model);
  const open = model.rows.filter(({ agreed }) => agreed > model.today);
  let left = amount;
  if (isLevel(model)) {
    const limits = open.map((row) => {
      const room = row.limit - row.paidPrincipal - row.paidInterest;
      return room > 0n ? room : 0n;
    });
    left = fill(model, { rows: open, amount: total(open.map(unpaid)) + amount, limits, restTo: 'caller' });
  } else {
    for (const row of open) {
      const part = row.limit > row.principal ? least(left, row.limit - row.principal) : 0n;
      row.principal += part;
      left -= part;
    }
  }
  append(model, left);
}

function append(model: Model, amount: bigint): void {
  const cadence: Far = model.snapshot.cadence;
  let left = amount;
  let { months0: months, days0: days } = model.rows.at(-1) ?? { months0: 0, days0: 0 };
  while (left > 0n) {
    months += cadence.months ?? 0;
    days += cadence.days ?? 0;
    const row = addRow(model, { months, days });
    if (row.agreed <= model.today) {
      model.rows.pop();
      continue;
    }
    row.limit = model.appendLimit;
    row.due += model.moved;
    if (model.pause) {
      model.pause.rows.push(row);
      shiftPaused(model, model.pause.until);
    }
    left = place(model, row, left);
  }
}

function place(model: Model, row: Row, amount: bigint): bigint {
  if (!isLevel(model)) {
    row.principal = least(amount, row.limit);
    return amount - row.principal;
  }
  const one = { rows: [row], amount, limits: [row.limit] };
  const left = fill(model, { ...one, restTo: 'caller' });
  // Interest alone would fill it: the debt has to end somewhere.
  return left === amount ? fill(model, { ...one, restTo: 'last' }) : left;
}

/** Rule 6: refunded goods cost nothing, so the interest that they bore comes back with them. */
export function refundIn(model: Model, amount: bigint) {
  // What was agreed to is what was asked before the refund: rounding the day's interest apart must not move it.
  const asked = askedOf(model);
  endSpan(model);
  let interestReturned = 0n;
  for (const span of model.spans) {
    span.refunded = least(span.balance, span.refunded + amount);
    const bore = interestFor(model, span.refunded, model.terms.shopper_rate_ppm, span.pieces);
    interestReturned += bore - span.returned;
    span.returned = bore;
  }
  let interestOff = 0n;
  for (const row of model.rows) {
    const off = least(row.interest - row.paidInterest, interestReturned - interestOff);
    row.interest -= off;
    interestOff += off;
  }
  const owed = total(model.rows.map(unpaid));
  const principalOff = least(amount, owed);
  const interestToPrincipal = least(interestReturned - interestOff, owed - principalOff);
  const interestToShopper = interestReturned - interestOff - interestToPrincipal;
  if (principalOff + interestToPrincipal > 0n)
    lowerTo(model, owed - principalOff - interestToPrincipal, asked);
  model.returned += interestReturned;
  return {
    interestReturned,
    interestOff,
    interestToPrincipal,
    interestToShopper,
    principalOff,
    moneyBack: amount - principalOff + interestToShopper,
  };
}
