import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckoutSession } from '../../types.ts';
import type { Connection } from '../connection.ts';
import type { OpenedBrowser } from './browser.ts';
import type { CartStep, Profile } from './profile.ts';
import type { Caught, Tap } from './tap.ts';
import { type Page, type Seen, Visitor, VisitError } from './visitor.ts';

/** The shop that is looked at, and what doctor works with. */
export type Patient = {
  connection: Connection;
  /** The shop's origin. */
  origin: string;
  profile: Profile;
  /** Where the shop's webhooks are caught; or why they are not. */
  tap: Tap | string;
  /** Or why there is none. */
  browser: OpenedBrowser | string;
  webhookSecret: string | undefined;
  /** Where the endpoint's new secret is written; without it, a rotation is only played. */
  secretFile: string | undefined;
  /** Where a new key goes, and how the shop gets it; without it, the keys stay. */
  keyInstaller: KeyInstaller | undefined;
  /** Waits for what takes minutes. */
  patient: boolean;
  seen: Seen[];
  /** What must never be in what a browser gets, by what it is. */
  secrets: Map<string, string>;
  /** Sessions that have been told apart already. */
  known: Set<string>;
  /** What the first purchase left, for checks that need an order. */
  bought?: Bought;
  note: (text: string) => void;
  signal: AbortSignal;
};

/** `install` gives the shop the key of a file, by its name, and returns when the shop signs with it. */
export type KeyInstaller = { file: string; install: (file: string, keyId: string) => Promise<void> };

/** A visitor on the way to the hosted page. */
export type Started = {
  visitor: Visitor;
  session: CheckoutSession;
  form: Parameters<Visitor['sendOnce']>[0];
};

/** A purchase that became an order. */
export type Bought = Started & {
  orderId: string;
  returned: Page;
  /** Its webhooks, once they were asked for. */
  messages?: Caught[];
};

const settleMs = 5_000;

export function newVisitor({ origin, seen, signal }: Patient): Visitor {
  return new Visitor(origin, seen, signal);
}

/** Puts into the cart what the steps say. */
export async function fillCart(visitor: Visitor, steps: readonly CartStep[]): Promise<void> {
  for (const { page, form, fields } of steps) {
    const after = await visitor.send(visitor.form(await readable(visitor, page), form), fields);
    if (after.status >= 400) throw new VisitError(`The form …${form} of ${page} answered ${after.status}.`);
  }
}

/** A page of the shop that has to be there. */
export async function readable(visitor: Visitor, path: string): Promise<Page> {
  const page = await visitor.open(path);
  if (page.status !== 200) throw new VisitError(`${path} answered ${page.status}.`);
  return page;
}

/** A new visitor fills a cart and opens the checkout. */
export async function startCheckout(
  patient: Patient,
  visitor: Visitor = newVisitor(patient),
): Promise<Started> {
  await fillCart(visitor, patient.profile.cart);
  return openCheckout(patient, visitor);
}

/** Opens the checkout for the cart as it is. */
export async function openCheckout(patient: Patient, visitor: Visitor): Promise<Started> {
  const { page, form: ending } = patient.profile.checkout;
  const form = visitor.form(await readable(visitor, page), ending);
  await newSessions(patient);
  const answer = await visitor.sendOnce(form);
  const [session, ...more] = await newSessions(patient);
  const leadsAway = answer.location !== undefined && answer.location.origin !== patient.origin;
  if (!session || more.length > 0 || !leadsAway) {
    const where = answer.location?.href.replace(/\/c\/.*/, '/c/…') ?? 'nowhere';
    throw new VisitError(
      `The form …${ending} answered ${answer.status}, led to ${where} and opened ${more.length + (session ? 1 : 0)} sessions; it should redirect to the hosted page of one.`,
    );
  }
  return { visitor, session, form };
}

/** Agrees as a test person whom nobody knows yet; the session as it then is, with its token. */
export async function agree(patient: Patient, { id }: { id: string }): Promise<CheckoutSession> {
  const { sandbox } = patient.connection.morrow;
  const input = { plan_code: patient.profile.plan_code, test_person: `good-${randomInt(1_000, 999_999)}` };
  const session = await sandbox.confirmSession(id, input as Parameters<typeof sandbox.confirmSession>[1], {
    signal: patient.signal,
  });
  if (session.checkout_token) patient.secrets.set(session.checkout_token, 'a checkout_token');
  return session;
}

/** Comes back from Morrow, as the hosted page leads: by a link from another site. */
export function comeBack(
  visitor: Visitor,
  { return_url, id }: Pick<CheckoutSession, 'return_url' | 'id'>,
): Promise<Page> {
  const url = new URL(return_url);
  url.searchParams.set('morrow_session', id);
  return visitor.open(url.href, 'elsewhere');
}

/** From the empty cart to the order, without a webhook. */
export async function buy(patient: Patient): Promise<Bought> {
  const started = await startCheckout(patient);
  await agree(patient, started.session);
  const returned = await comeBack(started.visitor, started.session);
  const { order_id: orderId } = await settled(patient, started.session.id, 'completed');
  if (orderId === null) {
    throw new VisitError(`The return answered ${returned.status} and made no order of a confirmed session.`);
  }
  return { ...started, orderId, returned };
}

/** The session, as soon as it has this status or that is not to be expected any more: shops may work behind the answer. */
export async function settled(
  patient: Patient,
  id: string,
  status: CheckoutSession['status'],
): Promise<CheckoutSession> {
  const end = performance.now() + settleMs;
  for (;;) {
    const session = await sessionNow(patient, id);
    if (session.status === status || performance.now() > end) return session;
    await sleep(200, undefined, { signal: patient.signal });
  }
}

export function sessionNow({ connection, signal }: Patient, id: string): Promise<CheckoutSession> {
  return connection.morrow.checkoutSessions.get(id, { signal });
}

/** The sessions that were opened since this was last asked, the oldest first. */
export async function newSessions({ connection, known, signal }: Patient): Promise<CheckoutSession[]> {
  const found: CheckoutSession[] = [];
  for await (const session of connection.morrow.checkoutSessions.list({ limit: 100 }, { signal })) {
    if (known.has(session.id)) continue;
    known.add(session.id);
    found.push(session);
  }
  return found;
}

/** Gives a session up that has served its purpose, if that is still possible. */
export async function giveUp(patient: Patient, { id }: { id: string }): Promise<void> {
  const session = await sessionNow(patient, id);
  if (session.allowed_actions.includes('cancel')) {
    await patient.connection.morrow.checkoutSessions.cancel(id, { signal: patient.signal });
  }
}

/** The path of an order's page. */
export function pathOf(template: string, { merchant_reference: reference }: CheckoutSession): string {
  return template.replaceAll('{reference}', encodeURIComponent(reference));
}
