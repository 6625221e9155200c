import type { DeskQuestion } from '../../credit/desks/port.ts';
import type { GatewayKey } from '../../lib/gateway-key.ts';
import { toJsonAmount } from '../../lib/money.ts';
import { type OutgoingRequest, signRequest } from '../signatures/sign-request.ts';

/** What our questions to funders' services are tagged with, and their answers. */
export const QUESTION_TAG = 'morrow-desk-v1';
export const ANSWER_TAG = 'morrow-desk-answer-v1';

/** What the answer's signature has to cover, so that it belongs to this very question. */
const acceptSignature = `desk=("@status" "content-digest" "@method";req "@target-uri";req "signature";req;key="morrow");created;keyid;tag="${ANSWER_TAG}"`;

/**
 * The signed request that asks a funder's service, or tells it that what it accepted is not wanted any more. The same
 * question has the same key and the same body each time; only its signature is new.
 */
export function signQuestion(
  question: DeskQuestion,
  { type, url, key, wallNow }: { type: 'ask' | 'withdraw'; url: URL; key: GatewayKey; wallNow: Date },
): OutgoingRequest {
  const { askId, environmentId, funderId, amount, currency, plan } = question;
  const body = JSON.stringify({
    type,
    id: askId,
    environment: environmentId,
    funder_id: funderId,
    amount: toJsonAmount(amount),
    currency,
    ...(type === 'ask' && { plan }),
  });
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'idempotency-key': type === 'ask' ? `"${askId}"` : `"${askId}.${type}"`,
    'accept-signature': acceptSignature,
  };
  return signRequest(
    { method: 'POST', url, headers, body },
    { key, wallNow, tag: QUESTION_TAG, covered: ['content-type', 'idempotency-key'] },
  );
}
