import type { Check } from '../check.ts';
import { fail, pass, skip, unless } from '../check.ts';
import {
  agree,
  buy,
  comeBack,
  fillCart,
  giveUp,
  newSessions,
  newVisitor,
  openCheckout,
  pathOf,
  sessionNow,
  settled,
  startCheckout,
} from '../patient.ts';
import { returnExpired } from './return-expired.ts';
import { totalOf } from './total.ts';

const bought: Check = {
  id: 'buy',
  title: 'A visitor buys and comes back to the order, though every webhook of it is lost',
  fix: 'On the return, read the session by its id with your key, and authorize the order with its checkout_token: `checkoutSessions.get`, `checkReturn`, `orders.authorize`.',
  async run(patient) {
    patient.bought = await buy(patient);
    const { visitor, session, returned } = patient.bought;
    const page = await visitor.open(pathOf(patient.profile.order_page, session));
    return unless([
      [
        returned.status !== 200,
        `The return led to ${returned.url.pathname}, which answered ${returned.status}.`,
      ],
      [page.status !== 200, `The order's page ${page.url.pathname} answered ${page.status}.`],
    ]);
  },
};

const reload: Check = {
  id: 'return.reload',
  title: 'The return address opened again, also three times at once, leads to the same order',
  fix: 'Authorize with the idempotency key `authorize-<session id>`, and look first whether the cart has become an order.',
  async run(patient) {
    const { visitor, session, returned } = patient.bought!;
    const again = await Promise.all([1, 2, 3].map(() => comeBack(visitor, session)));
    const other = again.find(({ status, url }) => status !== 200 || url.pathname !== returned.url.pathname);
    return other ? fail(`It led to ${other.url.pathname}, which answered ${other.status}.`) : pass;
  },
};

const back: Check = {
  id: 'return.back',
  title: 'Who goes back and sends the checkout form again does not pay twice',
  fix: 'Empty the cart when its order is made, and answer the form of an empty cart with the cart.',
  async run(patient) {
    const { visitor, session, form } = patient.bought!;
    const cart = await visitor.open(patient.profile.checkout.page);
    const answer = await visitor.sendOnce(form);
    const opened = await newSessions(patient);
    for (const each of opened) await giveUp(patient, each);
    const same = opened.some(({ lines_hash: hash }) => hash === session.lines_hash);
    return unless([
      [cart.status >= 500, `${cart.url.pathname} answered ${cart.status}.`],
      [answer.status >= 500, `The form answered ${answer.status}.`],
      [same, 'The form opened another checkout for what had just been bought.'],
    ]);
  },
};

const early: Check = {
  id: 'return.early',
  title: 'Who comes back without having agreed gets no order, keeps the cart, and can go on',
  fix: 'Make an order only of a session whose status is `confirmed`; otherwise show the cart again and say so.',
  async run(patient) {
    const { visitor, session } = await startCheckout(patient);
    const page = await comeBack(visitor, session);
    const order = await visitor.open(pathOf(patient.profile.order_page, session));
    const refused = unless([
      [page.status >= 500, `The return answered ${page.status}.`],
      [order.status === 200, `${order.url.pathname} shows an order that nobody agreed to.`],
    ]);
    if (refused.status === 'fail') return refused;
    const again = await openCheckout(patient, visitor);
    await giveUp(patient, again.session);
    return unless([[again.session.amount !== session.amount, 'The cart was not what it had been.']]);
  },
};

const canceled: Check = {
  id: 'return.canceled',
  title: 'Who canceled comes back to a cart that is as it was',
  fix: 'Treat `canceled` like a shopper who changed their mind: no order, no error, the cart as it was.',
  async run(patient) {
    const { visitor, session } = await startCheckout(patient);
    await giveUp(patient, session);
    const page = await comeBack(visitor, session);
    const order = await visitor.open(pathOf(patient.profile.order_page, session));
    const again = await openCheckout(patient, visitor);
    await giveUp(patient, again.session);
    return unless([
      [page.status >= 500, `The return answered ${page.status}.`],
      [order.status === 200, `${order.url.pathname} shows an order of a canceled session.`],
      [again.session.amount !== session.amount, 'The cart was not what it had been.'],
    ]);
  },
};

const otherSession: Check = {
  id: 'return.other_session',
  title: "A return with another checkout's id makes no order",
  fix: 'Keep the id of the session with the cart, on your server, and refuse every other id on the return.',
  async run(patient) {
    const { checkoutSessions } = patient.connection.morrow;
    const { visitor, session } = await startCheckout(patient);
    const amount = Math.ceil(session.amount / 2);
    const cheap = await checkoutSessions.create({
      merchant_reference: `doctor-${crypto.randomUUID()}`,
      amount,
      currency: session.currency,
      lines: [{ name: 'Half of it', quantity: 1, unit_amount: amount, amount }],
      return_url: session.return_url,
    });
    patient.known.add(cheap.id);
    await agree(patient, cheap);
    const page = await comeBack(visitor, cheap);
    const [theirs, own] = [await sessionNow(patient, cheap.id), await sessionNow(patient, session.id)];
    await giveUp(patient, theirs);
    await giveUp(patient, own);
    return unless([
      [page.status >= 500, `The return answered ${page.status}.`],
      [
        theirs.status === 'completed',
        'The shop made an order with the agreement of another, cheaper checkout.',
      ],
      [own.status === 'completed', 'The shop made an order that nobody agreed to.'],
    ]);
  },
};

const stranger: Check = {
  id: 'return.stranger',
  title: "Somebody else's browser with the return address sees nothing of the order",
  fix: 'Show an order only to the browser whose cart it was; an id in an address proves nothing.',
  async run(patient) {
    const { visitor, session } = await startCheckout(patient);
    await agree(patient, session);
    const other = newVisitor(patient);
    const page = await comeBack(other, session);
    const order = await other.open(pathOf(patient.profile.order_page, session));
    await comeBack(visitor, session);
    const { status } = await settled(patient, session.id, 'completed');
    return unless([
      [page.status >= 500, `The return answered ${page.status}.`],
      [order.status === 200, `${order.url.pathname} is open to anybody who was sent the return address.`],
      [page.html.includes(session.merchant_reference), 'The page names the order.'],
      [status !== 'completed', 'The shopper could not finish the purchase afterwards.'],
    ]);
  },
};

const amount: Check = {
  id: 'return.amount',
  title: 'A cart that was changed after the agreement is not sold for the agreed amount',
  fix: 'Keep reference, amount, currency and lines_hash of the session, hold them against the session on the return (`checkReturn`), and sell what was agreed to, not what the cart holds by then.',
  async run(patient) {
    const { visitor, session } = await startCheckout(patient);
    await agree(patient, session);
    await fillCart(visitor, patient.profile.more);
    const page = await comeBack(visitor, session);
    if (page.status >= 500) return fail(`The return answered ${page.status}.`);
    const { order_id: orderId } = await settled(patient, session.id, 'completed');
    if (orderId === null) {
      await giveUp(patient, session);
      return pass;
    }
    const order = await visitor.open(pathOf(patient.profile.order_page, session));
    const total = totalOf(order.html, patient.profile.total, session.currency);
    if (total === undefined)
      return skip(`${order.url.pathname} has no total that the profile's "total" finds.`);
    return unless([
      [
        total !== session.amount,
        `The shopper agreed to ${session.amount}, and the shop's order says ${total}.`,
      ],
    ]);
  },
};

/** What a visitor comes back with, in the order in which it is tried. */
export const returnChecks: Check[] = [
  bought,
  reload,
  back,
  early,
  canceled,
  returnExpired,
  otherSession,
  stranger,
  amount,
];
