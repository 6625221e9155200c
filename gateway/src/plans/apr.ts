import { type Point, rootNearestZero } from './root.ts';

/** Money that moves `years` after the start: an advance to the shopper is positive, a payment by the shopper negative. */
export type Flow = { amount: number | bigint; years: number };

/** `share · e^(−exponent(u))`, kept as a logarithm; `slope` is the exponent's slope. */
type Term = { logShare: number; exponentAt: (u: number) => Point };

/**
 * The annual percentage rate of charge by the equation of Directive (EU) 2023/2225, Annex III (the same as in
 * 2008/48/EC, Annex I, and FCA CONC App 1.2): the X for which Σ amount · (1 + X)^(−years) = 0. With the cash flows of
 * a Chinese consumer loan it is the internal rate of return a year (复利, IRR).
 *
 * @param flows amounts in any one unit (minor units or whole ones), positive for advances and negative for payments,
 *   in any order; `years` from any common origin, counted with `euInterval` for calendar dates.
 * @returns percent as a number, not rounded: 12.5 is 12.5 % a year. Where several rates solve the equation, which
 *   takes advances after payments, the one nearest to 0. −100 is the nearest number to a loan of which, at the speed
 *   of a year, next to nothing comes back.
 * @throws RangeError when there is no flow, a number is not finite, all money moves at one instant, the flows do not
 *   change their sign, or no rate solves the equation.
 */
export function effectiveApr(flows: readonly Flow[]): number {
  const net = netByInstant(flows);
  const first = net[0]?.years ?? 0;
  const largest = Math.max(...net.map(({ amount }) => Math.abs(amount)));
  const termsOf = (sign: 1 | -1): Term[] =>
    net
      .filter(({ amount }) => Math.sign(amount) === sign)
      .map(({ amount, years }) => ({
        logShare: Math.log(Math.abs(amount) / largest),
        exponentAt: (u) => ({ value: u * (years - first), slope: years - first }),
      }));
  const advances = termsOf(1);
  const payments = termsOf(-1);
  if (advances.length === 0 || payments.length === 0)
    throw new RangeError(
      'the flows do not change their sign: an APR takes advances (> 0) and payments (< 0)',
    );
  if (cancelOut(net.map(({ amount }) => amount))) return 0;
  return percentOf(solve(advances, payments, signChanges(net) === 1));
}

/**
 * The annual percentage rate by the actuarial method of 12 CFR 1026 (Regulation Z), Appendix J, general equation (b)(8):
 * the w·i for which A = Σ P / ((1 + f·i)(1 + i)^t).
 *
 * @param input.amountFinanced the single advance A, more than 0.
 * @param input.payments what is paid, in the unit of `amountFinanced`, in order unless each has an interval of its own;
 *   none below 0.
 * @param input.unitPeriodsPerYear w: 12 for months, 24 for semimonths, 52 for weeks, 365 / days for one payment.
 * @param input.wholeUnitPeriods t: full unit-periods from the advance to the first payment, each later payment one
 *   unit-period after the one before it; or a list with the t of each payment.
 * @param input.oddFraction f: the odd fraction of a unit-period, 0 ≤ f < 1, of the first payment and so of all; or a
 *   list with the f of each payment. `unitPeriodsBetween` counts t and f between calendar dates.
 * @returns percent as a number, not rounded. A payment at the advance itself (t = 0, f = 0) lessens what is financed.
 * @throws RangeError for what is not finite or out of its range, when nothing is paid after the advance or nothing is
 *   financed, or when no rate solves the equation.
 */
export function actuarialApr(input: {
  amountFinanced: number | bigint;
  payments: readonly (number | bigint)[];
  unitPeriodsPerYear: number;
  wholeUnitPeriods: number | readonly number[];
  oddFraction: number | readonly number[];
}): number {
  const perYear = input.unitPeriodsPerYear;
  if (!(Number.isFinite(perYear) && perYear > 0))
    throw new RangeError(`${perYear} unit-periods a year: must be a finite number above 0`);
  const payments = input.payments.map((amount, index) => ({
    amount: Number(amount),
    whole: ofPayment(input.wholeUnitPeriods, index) + (isList(input.wholeUnitPeriods) ? 0 : index),
    fraction: ofPayment(input.oddFraction, index),
  }));
  for (const payment of payments) requireSound(payment);
  requireLength(input.wholeUnitPeriods, payments.length);
  requireLength(input.oddFraction, payments.length);
  const later = payments.filter(({ amount, whole, fraction }) => amount > 0 && whole + fraction > 0);
  const atOnce = payments.filter(({ whole, fraction }) => whole + fraction === 0);
  const financed = Number(input.amountFinanced) - atOnce.reduce((total, { amount }) => total + amount, 0);
  if (!(Number.isFinite(financed) && financed > 0))
    throw new RangeError(`an amount financed of ${financed}: must be a finite number above 0`);
  if (later.length === 0) throw new RangeError('nothing is paid after the advance');
  if (cancelOut([financed, ...later.map(({ amount }) => -amount)])) return 0;
  const advance: Term = { logShare: 0, exponentAt: () => ({ value: 0, slope: 0 }) };
  const terms = later.map(({ amount, whole, fraction }): Term => ({
    logShare: Math.log(amount / financed),
    exponentAt: (u) => {
      const rate = Math.expm1(u);
      return {
        value: whole * u + Math.log1p(fraction * rate),
        slope: whole + (fraction * (1 + rate)) / (1 + fraction * rate),
      };
    },
  }));
  return perYear * percentOf(solve([advance], terms, true));
}

/**
 * An APR as it is shown: rounded to so many decimals, up where the decimal after them is 5 or more (Annex III,
 * remark (d)): 3.055 is 3.06. What a double cannot tell from a 5 counts as one.
 */
export function roundApr(percent: number, decimals: number): number {
  const digits = Number(Math.abs(percent).toPrecision(13));
  if (!(digits < 1e12)) return percent;
  const scale = 10 ** decimals;
  const rounded = Math.round(Number((digits * scale).toPrecision(13))) / scale;
  return percent < 0 && rounded !== 0 ? -rounded : rounded;
}

/** One flow for each instant at which money moves on balance, the earliest first. */
function netByInstant(flows: readonly Flow[]): { amount: number; years: number }[] {
  if (flows.length === 0) throw new RangeError('there are no flows');
  const net = new Map<number, number>();
  for (const { amount, years } of flows) {
    const number = Number(amount);
    if (!Number.isFinite(number) || !Number.isFinite(years))
      throw new RangeError(`a flow of ${amount} after ${years} years is not finite`);
    net.set(years, (net.get(years) ?? 0) + number);
  }
  if (net.size === 1) throw new RangeError('all flows are at one instant: there is no rate');
  return [...net]
    .map(([years, amount]) => ({ amount, years }))
    .filter(({ amount }) => amount !== 0)
    .toSorted((a, b) => a.years - b.years);
}

/** Whether the amounts sum to nothing, as far as the rounding of their decimals allows to say. */
function cancelOut(amounts: readonly number[]): boolean {
  let [total, moved] = [0, 0];
  for (const amount of amounts) {
    total += amount;
    moved += Math.abs(amount);
  }
  return Math.abs(total) <= Number.EPSILON * moved;
}

/** How often the flows turn from advances to payments or back; there are at most so many rates (Descartes). */
function signChanges(net: readonly { amount: number }[]): number {
  return net.filter(
    ({ amount }, index) => index > 0 && Math.sign(amount) === -Math.sign(net[index - 1]?.amount ?? 0),
  ).length;
}

/** The force of interest at which the advances are worth what the payments are. */
function solve(advances: readonly Term[], payments: readonly Term[], crossesOnce: boolean): number {
  const at = (u: number): Point => {
    const [advanced, paid] = [worthAt(advances, u), worthAt(payments, u)];
    return { value: advanced.value - paid.value, slope: advanced.slope - paid.slope };
  };
  const u = rootNearestZero(at, crossesOnce);
  if (u === null) throw new RangeError('no rate that a number can hold solves the equation for these flows');
  return u;
}

/** ln Σ share · e^(−exponent(u)), taken relative to its largest term so that nothing overflows. */
function worthAt(terms: readonly Term[], u: number): Point {
  const parts = terms.map(({ logShare, exponentAt }) => {
    const { value, slope } = exponentAt(u);
    return { log: logShare - value, slope };
  });
  const largest = parts.reduce((most, { log }) => Math.max(most, log), -Infinity);
  let [total, weighted] = [0, 0];
  for (const { log, slope } of parts) {
    const share = Math.exp(log - largest);
    total += share;
    weighted += share * slope;
  }
  return { value: largest + Math.log(total), slope: -weighted / total };
}

function percentOf(u: number): number {
  return 100 * Math.expm1(u);
}

function isList(value: number | readonly number[]): value is readonly number[] {
  return typeof value !== 'number';
}

function ofPayment(value: number | readonly number[], index: number): number {
  return isList(value) ? (value[index] ?? Number.NaN) : value;
}

function requireLength(value: number | readonly number[], payments: number): void {
  if (isList(value) && value.length !== payments)
    throw new RangeError(`${value.length} intervals for ${payments} payments`);
}

function requireSound({
  amount,
  whole,
  fraction,
}: {
  amount: number;
  whole: number;
  fraction: number;
}): void {
  if (!(Number.isFinite(amount) && amount >= 0)) throw new RangeError(`a payment of ${amount}`);
  if (!(Number.isSafeInteger(whole) && whole >= 0)) throw new RangeError(`${whole} whole unit-periods`);
  if (!(fraction >= 0 && fraction < 1))
    throw new RangeError(`an odd fraction of ${fraction}: must be 0 ≤ f < 1`);
}
