import type { Request } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import { type Id, isId } from '../../lib/ids.ts';

/** The plan that an address names; whose it is has still to be asked. */
export function planIdOf(req: Request): Id<'pln'> {
  const { planId } = req.params;
  if (!isId('pln', planId)) throw new GatewayError('not_found', { detail: 'This is not the id of a plan.' });
  return planId;
}
