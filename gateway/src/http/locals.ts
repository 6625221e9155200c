import type { Response } from 'express';
import type { GatewayError, ProblemCode } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';

/** What is known about a request while it is served: for its log line and its problem document. */
export type Locals = {
  requestId: Id<'req'>;
  operationId?: string;
  merchantId?: string;
  kid?: string;
  /** Whose request log it belongs to, and the key that it named, also where it did not prove it. */
  owner?: { environmentId: string; merchantId: string; kid: string | null };
  replayed?: boolean;
  problem?: ProblemCode;
  /** Set where there is no room for it: how it is refused. */
  overloaded?: GatewayError;
};

/** Express gives every response an empty `locals`; the first middleware fills in the request's id. */
export function localsOf(res: Response): Locals {
  return res.locals as Locals;
}
