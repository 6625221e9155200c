import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { signWebhook, type WebhookMessage } from '../../sign-webhook.ts';
import { writeNew } from '../../write-new.ts';
import { type Check, fail, pass, skip, unless } from '../check.ts';
import { textOf } from '../html.ts';
import { agree, type Bought, buy, pathOf, type Patient, settled, startCheckout } from '../patient.ts';
import type { Caught, Tap } from '../tap.ts';

/** A check that needs the shop's webhooks to be caught. */
function tapped(
  check: Omit<Check, 'run'> & { run(patient: Patient, tap: Tap): ReturnType<Check['run']> },
): Check {
  return {
    ...check,
    run: async (patient) =>
      typeof patient.tap === 'string' ? skip(patient.tap) : check.run(patient, patient.tap),
  };
}

/** The order is shipped, so that there is something to be told. Returns its webhooks, oldest first. */
async function messagesOf({ connection }: Patient, tap: Tap, bought: Bought): Promise<Caught[]> {
  if (bought.messages) return bought.messages;
  const { orderId, session } = bought;
  const { orders } = connection.morrow;
  await orders.capture(orderId, { reference: 'doctor', amount: session.amount });
  const { plan_id: planId } = await orders.get(orderId);
  bought.messages = await tap.about([session.id, session.merchant_reference, orderId, planId]);
  return bought.messages;
}

const isAccepted = (status: number): boolean => status >= 200 && status < 300;
/** Any 4xx is a refusal. */
export const isRefused = (status: number): boolean => status >= 400 && status < 500;

/** A status as people read it; 0 stands for no answer. */
export const said = (status: number): string => (status === 0 ? 'not at all' : String(status));

/** Delivers one after the other; the first that is not accepted. */
async function firstRefused(tap: Tap, messages: readonly Caught[]): Promise<string | undefined> {
  for (const message of messages) {
    const status = await tap.deliver(message);
    if (!isAccepted(status)) return `${message.event.type} was answered ${said(status)}.`;
  }
  return undefined;
}

/** What the shop shows of an order: to its shopper and, where the profile names a page, to its staff. */
async function shown({ profile }: Patient, { visitor, session }: Bought): Promise<string[]> {
  const templates = [profile.order_page, ...(profile.staff_page ? [profile.staff_page] : [])];
  const pages = [];
  for (const template of templates) pages.push(textOf((await visitor.open(pathOf(template, session))).html));
  return pages;
}

const accepted = tapped({
  id: 'webhook.accepted',
  title: 'Every genuine webhook is accepted',
  fix: 'Verify the raw bytes of the body with `verifyWebhook`, and answer 2xx to every event, also to those that you have no use for.',
  async run(patient, tap) {
    const messages = await messagesOf(patient, tap, patient.bought!);
    if (messages.length === 0) return fail('No webhook of the order came.');
    const refused = await firstRefused(tap, messages);
    return refused === undefined ? pass : fail(refused);
  },
});

const duplicate = tapped({
  id: 'webhook.duplicate',
  title: 'A webhook that comes again changes nothing',
  fix: 'Keep the ids (`webhook-id`) of the webhooks that you have handled, and answer 2xx to one that you know without doing anything: `handleOnce`.',
  async run(patient, tap) {
    const bought = patient.bought!;
    const { orders } = patient.connection.morrow;
    const messages = await messagesOf(patient, tap, bought);
    await firstRefused(tap, messages);
    const [before, { version }] = [await shown(patient, bought), await orders.get(bought.orderId)];
    const twice = await Promise.all([firstRefused(tap, messages), firstRefused(tap, messages)]);
    const refused = twice.find((each) => each !== undefined);
    if (refused !== undefined) return fail(`The second time, ${refused}`);
    const after = await shown(patient, bought);
    const changed = after.findIndex((text, index) => text !== before[index]);
    const whose = changed === 0 ? "shopper's" : "staff's";
    return unless([
      [
        changed >= 0,
        `After it, the ${whose} page of the order says: ${difference(before[changed], after[changed])}`,
      ],
      [
        (await orders.get(bought.orderId)).version !== version,
        'The shop changed the order at the gateway again.',
      ],
    ]);
  },
});

/** The first line that is on the later page and was not, or not as often, on the earlier. */
function difference(before = '', after = ''): string {
  const lines = before.split('\n');
  for (const line of after.split('\n')) {
    const at = lines.indexOf(line);
    if (at < 0) return `“${line}”.`;
    lines.splice(at, 1);
  }
  return `no longer “${lines[0] ?? ''}”.`;
}

const reordered = tapped({
  id: 'webhook.reorder',
  title: 'Webhooks that come late and in the opposite order lead to the same page',
  fix: 'Take a webhook as a reason to read the object, or ignore those whose object_version is below what you have.',
  async run(patient, tap) {
    const other = await buy(patient);
    await messagesOf(patient, tap, patient.bought!);
    const refused = await firstRefused(tap, (await messagesOf(patient, tap, other)).toReversed());
    if (refused !== undefined) return fail(refused);
    const [[inOrder = ''], [reversed = '']] = [
      await shown(patient, patient.bought!),
      await shown(patient, other),
    ];
    const [one, two] = [nameless(inOrder, patient.bought!), nameless(reversed, other)];
    return one === two
      ? pass
      : fail(`The order's page says: ${difference(one, two)} In order it came to something else.`);
  },
});

/** A page without what is different for every order. */
function nameless(text: string, { session }: Bought): string {
  return text.replaceAll(session.merchant_reference, '…').replaceAll(/\b[a-z]{2,4}_[0-9a-f]{32}\b/g, '…');
}

const closedBrowser = tapped({
  id: 'webhook.closed_browser',
  title: 'Who agrees and closes the browser gets the order all the same',
  fix: 'On `checkout_session.confirmed`, do what you do on the return: look the cart up by the session, and authorize.',
  async run(patient, tap) {
    const { session } = await startCheckout(patient);
    await agree(patient, session);
    const message = await tap.first(session.id, 'checkout_session.confirmed');
    if (!message) return fail('The endpoint does not get checkout_session.confirmed.');
    const answer = await tap.deliver(message);
    const { status } = await settled(patient, session.id, 'completed');
    return status === 'completed'
      ? pass
      : fail(`The webhook was answered ${said(answer)}, and the session is still ${status}.`);
  },
});

const rotation = tapped({
  id: 'webhook.rotation',
  title: 'While the secret is rotated, a webhook with several signatures is accepted',
  fix: 'The header webhook-signature is a list: accept the message when one `v1` signature in it holds, and skip versions that you do not know. `verifyWebhook` does, and takes both secrets.',
  async run(patient, tap) {
    const message =
      patient.secretFile === undefined ? await inRotation(patient, tap) : await rotate(patient, tap);
    if (!message) return skip('No webhook came that could be signed twice.');
    const status = await tap.deliver(message);
    return isAccepted(status) ? pass : fail(`It was answered ${said(status)}.`);
  },
});

/** A genuine webhook behind signatures of a secret and of a version that the shop does not know. */
async function inRotation({ bought }: Patient, tap: Tap): Promise<WebhookMessage | undefined> {
  const message = await tap.first(bought!.session.id);
  if (!message) return undefined;
  const { headers } = message;
  const foreign = [`v1,${randomBytes(32).toString('base64')}`, `v9,${randomBytes(64).toString('base64')}`];
  const signatures = [...foreign, headers['webhook-signature']].join(' ');
  return { ...message, headers: { ...headers, 'webhook-signature': signatures } };
}

/** The secret itself is rotated: the new one is in the file, the old one signs for a day more. */
async function rotate(
  { connection, secretFile, secrets }: Patient,
  tap: Tap,
): Promise<WebhookMessage | undefined> {
  const { webhookEndpoints } = connection.morrow;
  writeNew(secretFile!, '');
  const { secret } = await webhookEndpoints.rotate(tap.endpointId);
  writeFileSync(secretFile!, `${secret}\n`);
  secrets.set(secret, 'The new webhook secret');
  const { event_id: eventId } = await webhookEndpoints.test(tap.endpointId);
  return tap.first(eventId);
}

const staleAfterMs = 310_000;

const stale = tapped({
  id: 'webhook.stale',
  title: 'A genuine webhook from more than five minutes ago is refused',
  fix: 'Hold webhook-timestamp against your clock and refuse what is more than 300 s off, so that nobody can play an old message again. `verifyWebhook` does.',
  async run(patient, tap) {
    const message = await tap.first(patient.bought!.session.id);
    if (!message) return skip('No webhook came that could grow old.');
    const { webhookSecret: secret } = patient;
    if (secret !== undefined) {
      const sentAt = new Date(Date.now() - staleAfterMs);
      const status = await tap.deliver(
        signWebhook({ id: message.event.id, body: message.body, sentAt }, secret),
      );
      return isRefused(status) ? pass : fail(`It was answered ${said(status)}.`);
    }
    if (!patient.patient) {
      return skip(
        'It takes the endpoint’s secret in MORROW_WEBHOOK_SECRET, or --patient to wait five minutes.',
      );
    }
    const sentAtMs = Number(message.headers['webhook-timestamp']) * 1000;
    patient.note('  waiting for a webhook to grow old …\n');
    await sleep(Math.max(0, sentAtMs + staleAfterMs - Date.now()), undefined, { signal: patient.signal });
    const status = await tap.deliver(message);
    return isRefused(status) ? pass : fail(`It was answered ${said(status)}.`);
  },
});

/** What is sent to the shop's endpoint by Morrow, and how it comes. */
export const webhookChecks: Check[] = [accepted, duplicate, rotation, reordered, closedBrowser, stale];
