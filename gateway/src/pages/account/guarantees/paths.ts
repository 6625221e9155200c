import type { Request } from 'express';
import { type Id, isId } from '../../../lib/ids.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { guaranteeMonths } from '../../../credit/guarantees/terms.ts';
import { field } from '../../forms.ts';

/** What somebody would vouch for, as an address or a form names it: the amount in minor units. */
export type AskedVouch = { cap: bigint; months: number };

const amountShape = /^[1-9][0-9]{0,14}$/;

export function guaranteesPath(account: string): string {
  return `${account}/guarantees`;
}

export function guaranteePath(account: string, guaranteeId: string): string {
  return `${guaranteesPath(account)}/${guaranteeId}`;
}

/** Where an offer is read and agreed to. The friend's phone is no part of any address. */
export function offerPath(account: string, { cap, months }: AskedVouch): string {
  return `${guaranteesPath(account)}/offer?amount=${cap}&months=${months}`;
}

export function askedIn({ query }: Request): AskedVouch | undefined {
  return readAsked(query.amount, query.months);
}

export function askedBy(req: Request): AskedVouch | undefined {
  return readAsked(field(req, 'amount'), field(req, 'months'));
}

function readAsked(amount: unknown, months: unknown): AskedVouch | undefined {
  const term = monthsIn(months);
  if (typeof amount !== 'string' || !amountShape.test(amount) || term === undefined) return undefined;
  return { cap: BigInt(amount), months: term };
}

export function monthsIn(value: unknown): number | undefined {
  return guaranteeMonths.find((months) => String(months) === value);
}

/** The guarantee that an address names. */
export function guaranteeIdOf({ params }: Request): Id<'gua'> {
  const { guaranteeId } = params;
  if (isId('gua', guaranteeId)) return guaranteeId;
  throw new GatewayError('not_found', { detail: 'This is not the id of a guarantee.' });
}

export function guaranteeIdIn(value: string): Id<'gua'> | undefined {
  return isId('gua', value) ? value : undefined;
}
