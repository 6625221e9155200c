import { createHash } from 'node:crypto';

/** The type in a challenge's body. It is no event: the feed does not have it. */
export const challengeType = 'webhook_endpoint.challenge';

/** The body with which an address is asked to prove itself: in form like that of an event, and signed as one. */
export function challengeBody(input: {
  id: string;
  endpointId: string;
  version: number;
  merchantId: string;
  environmentId: string;
  challenge: string;
  sentAt: Date;
}): string {
  return JSON.stringify({
    type: challengeType,
    id: input.id,
    timestamp: input.sentAt.toISOString(),
    merchant_id: input.merchantId,
    environment: input.environmentId,
    sequence: 0,
    object_id: input.endpointId,
    object_version: input.version,
    data: { challenge: input.challenge },
  });
}

/**
 * What answers a challenge. It is hashed together with the endpoint's id, so that no server passes by sending back what it
 * gets; and without the secret, because a receiver may have the public key alone.
 */
export function challengeResponse(endpointId: string, challenge: string): string {
  return createHash('sha256').update(`morrow-webhook-challenge:${endpointId}:${challenge}`).digest('hex');
}

/** Whether the text of an answer is JSON whose `challenge_response` is `expected`; other members may stand beside it. */
export function isAnswered(text: string, expected: string): boolean {
  try {
    const answer = JSON.parse(text) as { challenge_response?: unknown } | null;
    return answer?.challenge_response === expected;
  } catch {
    return false;
  }
}
