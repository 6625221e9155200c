import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, fail, skip, unless } from '../check.ts';
import { comeBack, openCheckout, pathOf, sessionNow, startCheckout, giveUp } from '../patient.ts';

const lookMs = 3_000;

/** Sessions live half an hour by the wall's clock, which no sandbox moves. */
export const returnExpired: Check = {
  id: 'return.expired',
  title: 'Who comes back when the time is over finds the cart as it was',
  fix: 'Treat `expired` like `canceled`: no order, no error, the cart as it was, and a new session for the next try.',
  async run(patient) {
    if (!patient.patient) return skip('A checkout expires after half an hour; --patient waits for that.');
    const { visitor, session } = await startCheckout(patient);
    patient.note('  waiting half an hour for a checkout to expire …\n');
    while ((await sessionNow(patient, session.id)).status === 'open') {
      await sleep(lookMs, undefined, { signal: patient.signal });
    }
    const page = await comeBack(visitor, session);
    if (page.status >= 500) return fail(`The return answered ${page.status}.`);
    const order = await visitor.open(pathOf(patient.profile.order_page, session));
    const again = await openCheckout(patient, visitor);
    await giveUp(patient, again.session);
    return unless([
      [order.status === 200, `${order.url.pathname} shows an order of an expired session.`],
      [again.session.amount !== session.amount, 'The cart was not what it had been.'],
    ]);
  },
};
