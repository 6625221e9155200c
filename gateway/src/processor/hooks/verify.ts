import { Stripe } from 'stripe';

/** Older news is refused, even when it is genuine; the processor signs each delivery anew. */
const toleranceSeconds = 300;

/**
 * Whether the processor has signed these bytes, not long ago, under one of our secrets: while one is changed there are two,
 * and what happens on merchants' accounts is signed under a secret of its own. `header` is `Stripe-Signature`.
 */
export function isFromProcessor(input: {
  body: Buffer;
  header: string;
  secrets: readonly string[];
  wallNow: Date;
}): boolean {
  const { body, header, secrets, wallNow } = input;
  return secrets.some((secret) => {
    try {
      const receivedAt = wallNow.getTime();
      const { signature } = Stripe.webhooks;
      return signature?.verifyHeader(body, header, secret, toleranceSeconds, undefined, receivedAt) === true;
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw error;
    }
  });
}
