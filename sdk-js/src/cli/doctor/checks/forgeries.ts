import type { WebhookMessage } from '../../sign-webhook.ts';
import { newWebhookSecret, signWebhook } from '../../sign-webhook.ts';
import { type Check, fail, pass, skip } from '../check.ts';
import type { Patient } from '../patient.ts';
import type { Caught, Tap } from '../tap.ts';
import { isRefused, said } from './webhooks.ts';

type Forgery = [what: string, message: WebhookMessage];

/** Sends messages that have to be refused, all made of one that is genuine. */
async function refuses(patient: Patient, make: (genuine: Caught) => Forgery[]) {
  const { tap } = patient;
  if (typeof tap === 'string') return skip(tap);
  const genuine = await tap.first(patient.bought!.session.id);
  if (!genuine) return skip('No webhook came that could be forged.');
  return verdict(tap, make(genuine));
}

async function verdict(tap: Tap, forgeries: readonly Forgery[]) {
  for (const [what, message] of forgeries) {
    const status = await tap.deliver(message);
    if (!isRefused(status)) return fail(`A webhook ${what} was answered ${said(status)} instead of 400.`);
  }
  return pass;
}

const forged: Check = {
  id: 'webhook.forged',
  title: 'A webhook that Morrow did not sign is refused',
  fix: 'Verify webhook-signature with the secret of your endpoint before you believe a word of the body (`verifyWebhook`), and answer 400 where it does not hold.',
  run: (patient) =>
    refuses(patient, ({ event, body, headers }) => {
      const foreign = signWebhook({ id: event.id, body, sentAt: new Date() }, newWebhookSecret());
      const { 'webhook-signature': _signature, ...unsigned } = headers;
      return [
        ['with the signature of another secret', foreign],
        ['without a signature', { headers: unsigned, body }],
        ['with an empty signature', { headers: { ...headers, 'webhook-signature': 'v1,' }, body }],
      ];
    }),
};

const altered: Check = {
  id: 'webhook.altered',
  title: 'A genuine webhook that was altered on the way is refused',
  fix: 'Verify the bytes as they came, before they are parsed: the signature covers id, timestamp and every byte of the body.',
  run: (patient) =>
    refuses(patient, ({ event, body, headers }) => {
      const later = String(Number(headers['webhook-timestamp']) + 1);
      const text = JSON.stringify({ ...event, object_version: event.object_version + 1 });
      return [
        ['with another body', { headers, body: text }],
        ['with one more space in the body', { headers, body: `${body} ` }],
        ['under another id', { headers: { ...headers, 'webhook-id': `${event.id}0` }, body }],
        ['with another timestamp', { headers: { ...headers, 'webhook-timestamp': later }, body }],
      ];
    }),
};

/** What somebody else sends to the shop's endpoint. */
export const forgeryChecks: Check[] = [forged, altered];
