import type { Request } from 'express';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';

/**
 * The address at which browsers make passkeys, for a request that came to another one of this machine: a gateway on a
 * loopback address answers there, too, but no passkey is made for a number.
 */
export function otherAddress(context: PagesContext, req: Request): string | undefined {
  const { api } = context.config.origins;
  const origin = staffOrigin(api);
  return origin !== api && req.get('host') === new URL(api).host ? origin + req.originalUrl : undefined;
}
