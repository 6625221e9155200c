import type { CheckoutSession } from '../../../types.ts';
import { type Check, fail, pass, skip, unless } from '../check.ts';
import {
  agree,
  comeBack,
  fillCart,
  giveUp,
  newSessions,
  newVisitor,
  type Patient,
  readable,
  sessionNow,
  settled,
  startCheckout,
} from '../patient.ts';
import { said } from './webhooks.ts';

const doubleClick: Check = {
  id: 'pay.double_click',
  title: 'A double click on “pay” ends in one order',
  fix: 'Let one request at a time open a checkout for a cart, and cancel its earlier session (or reuse it) before a new one is opened.',
  async run(patient) {
    const visitor = newVisitor(patient);
    await fillCart(visitor, patient.profile.cart);
    const { page, form: ending } = patient.profile.checkout;
    const form = visitor.form(await readable(visitor, page), ending);
    await newSessions(patient);
    const answers = await Promise.all([visitor.sendOnce(form), visitor.sendOnce(form)]);
    const broken = answers.find(({ status }) => status >= 500);
    const opened = await newSessions(patient);
    const orders = await finishAll(patient, opened, (session) => comeBack(visitor, session));
    return unless([
      [broken !== undefined, `One of the two requests was answered ${broken?.status}.`],
      [opened.length === 0, 'Neither click opened a checkout.'],
      [orders > 1, `The two clicks opened ${opened.length} checkouts, and both could become orders.`],
      [orders === 0, 'After the two clicks nothing could be bought any more.'],
    ]);
  },
};

/** Agrees to whatever can still be agreed to, and comes back from it; how many orders that made. */
async function finishAll(
  patient: Patient,
  sessions: readonly CheckoutSession[],
  back: (session: CheckoutSession) => Promise<unknown>,
): Promise<number> {
  let orders = 0;
  for (const session of sessions) {
    if ((await sessionNow(patient, session.id)).status !== 'open') continue;
    await agree(patient, session);
    await back(session);
    if ((await settled(patient, session.id, 'completed')).status === 'completed') orders += 1;
    else await giveUp(patient, session);
  }
  return orders;
}

const atOnce: Check = {
  id: 'pay.at_once',
  title: 'The return and the webhook at the same moment make one order',
  fix: 'Let both go the same way, with the idempotency key `authorize-<session id>`, and expect the other to have been faster.',
  async run(patient) {
    const { tap } = patient;
    if (typeof tap === 'string') return skip(tap);
    const { visitor, session } = await startCheckout(patient);
    await agree(patient, session);
    const message = await tap.first(session.id, 'checkout_session.confirmed');
    if (!message) return skip('The endpoint does not get checkout_session.confirmed.');
    const [page, answer] = await Promise.all([comeBack(visitor, session), tap.deliver(message)]);
    const { status } = await settled(patient, session.id, 'completed');
    return unless([
      [page.status >= 500, `The return answered ${page.status}.`],
      [answer >= 500 || answer === 0, `The webhook was answered ${said(answer)}.`],
      [status !== 'completed', 'No order was made.'],
    ]);
  },
};

const foreignForm: Check = {
  id: 'pay.foreign_form',
  title: 'No other site can send a visitor into a checkout',
  fix: 'Open checkouts by a POST that needs a token of your own form, and refuse a foreign Origin header.',
  async run(patient) {
    const visitor = newVisitor(patient);
    await fillCart(visitor, patient.profile.cart);
    const { page, form: ending } = patient.profile.checkout;
    const form = visitor.form(await readable(visitor, page), ending);
    await newSessions(patient);
    const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    await visitor.sendOnce({ ...form, fields: [] }, {}, foreign);
    const opened = await newSessions(patient);
    for (const session of opened) await giveUp(patient, session);
    return opened.length === 0 ? pass : fail('A form of another site opened a checkout.');
  },
};

/** What happens around the click. */
export const payChecks: Check[] = [doubleClick, atOnce, foreignForm];
