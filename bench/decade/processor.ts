import { newId } from '../../gateway/src/lib/ids.ts';
import type { MethodRequest, Outcome, Processor } from '../../gateway/src/processor/port.ts';

/**
 * A processor in this process that answers at once, so that what is measured is the gateway and its database: the mock
 * over HTTP keeps its own tables in the same database and would cost as much again. `isFailing` says whether a saved
 * method has no money today.
 */
export function createInstantProcessor(isFailing: (method: string) => boolean): Processor {
  const done = (kind: string): Outcome => ({
    status: 'succeeded',
    reference: newId('req').replace('req', kind),
  });
  const take =
    (kind: string) =>
    ({ method }: MethodRequest): Promise<Outcome> =>
      Promise.resolve(isFailing(method) ? { status: 'failed', code: 'insufficient_funds' } : done(kind));
  const move = (kind: string) => (): Promise<Outcome> => Promise.resolve(done(kind));
  return {
    saveTestMethod: () => Promise.reject(new Error('methods are saved by the simulation')),
    saveBankAccount: () => Promise.reject(new Error('methods are saved by the simulation')),
    charge: take('pi'),
    hold: take('pi'),
    captureHold: move('pi'),
    releaseHold: move('pi'),
    sendMoneyBack: move('re'),
    payOut: move('tr'),
    recallPayout: move('trr'),
    payToMethod: take('obp'),
    lookUp: () => Promise.resolve('not_found'),
    listBalanceTransactions: () => Promise.resolve({ transactions: [] }),
  };
}
