import type { Request } from 'express';
import { type Id, isId } from '../../../lib/ids.ts';
import { digitsOf } from '../../../lib/money.ts';
import { field } from '../../forms.ts';

/** One of the compared ways to borrow, as an address or a form names it. `amount` is minor units. */
export type AskedDraw = { amount: bigint; months: number; funderId: Id<'fnd'> };

const amountShape = /^[1-9][0-9]{0,14}$/;
const monthsShape = /^[1-9][0-9]?$/;

/** The way that a page's address asks for; undefined when it names none. */
export function askedIn({ query }: Request): AskedDraw | undefined {
  return readAsked((name) => query[name]);
}

/** The way that a posted form asks for. */
export function askedBy(req: Request): AskedDraw | undefined {
  return readAsked((name) => field(req, name));
}

function readAsked(valueOf: (name: string) => unknown): AskedDraw | undefined {
  const [amount, months, funderId] = ['amount', 'months', 'funder'].map(valueOf);
  if (typeof amount !== 'string' || !amountShape.test(amount)) return undefined;
  if (typeof months !== 'string' || !monthsShape.test(months) || !isId('fnd', funderId)) return undefined;
  return { amount: BigInt(amount), months: Number(months), funderId };
}

export function drawsPath(account: string): string {
  return `${account}/draws`;
}

/** The comparison for an amount, which a person may have typed. */
export function comparisonPath(account: string, amount: bigint, currency: string): string {
  return `${drawsPath(account)}?amount=${plainAmount(amount, currency)}`;
}

export function agreementPath(account: string, { amount, months, funderId }: AskedDraw): string {
  return `${drawsPath(account)}/agreement?amount=${amount}&months=${months}&funder=${funderId}`;
}

/** An amount as somebody would type it: `1000.00`. */
export function plainAmount(amount: bigint, currency: string): string {
  const digits = digitsOf(currency);
  const padded = String(amount).padStart(digits + 1, '0');
  return digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}
