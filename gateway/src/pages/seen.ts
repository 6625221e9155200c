import type { Request } from 'express';
import { seeVisit, type Visit } from '../fraud/signals.ts';
import type { Tx } from '../lib/tx.ts';
import type { PagesContext } from './context.ts';
import type { PageVisit } from './page-visit.ts';

/** With this header, whoever tests in a sandbox comes from the address that it names. Live ignores it. */
const testAddressHeader = 'morrow-test-address';

/** From where a page is looked at, hashed, for the rules against fraud. */
export function seenBy(
  tx: Tx,
  { context, visit, req }: { context: PagesContext; visit: PageVisit; req: Request },
): Visit {
  const told = visit.environment.kind === 'sandbox' ? req.get(testAddressHeader) : undefined;
  const plain = {
    sessionId: visit.shopper?.sessionId,
    browser: visit.browser,
    address: told ?? req.ip,
  };
  return seeVisit(tx, plain, context.countryOf);
}
