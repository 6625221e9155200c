import type { ProblemCode } from '../lib/errors.ts';

/** What usually brings a code about, and what to do about it: for people, on the page that `type` leads to. */
export type ProblemAdvice = { cause: string; remedy: string };

const resend = 'Send the same request again with the same `Idempotency-Key`; it happens once.';
const ownReference =
  'If this is a retry, send it with the `Idempotency-Key` of the first time and you get its answer. If it is something new, give it a reference of its own.';
const sign = 'Compare with the [signing recipe](/docs/signing).';

export const problemAdvice: Record<ProblemCode, ProblemAdvice> = {
  malformed_json: {
    cause:
      'The body cannot be parsed as one JSON value in UTF-8, or it holds what cannot be stored, such as U+0000.',
    remedy: 'Build bodies with a JSON library and send the bytes that were signed.',
  },
  malformed_header: {
    cause: 'A header does not have the form that its standard asks for.',
    remedy: '`detail` names the header. Compare its value with the example beside the operation.',
  },
  duplicate_header: {
    cause: 'A header that may come once came twice, often because a proxy added it again.',
    remedy: 'Send it once, and look at what stands between you and us.',
  },
  body_forbidden: {
    cause: 'The request has a body, and its operation takes none.',
    remedy: 'Leave the body out. Filters of lists go into the query.',
  },
  digest_missing: {
    cause: 'There is a body without a `Content-Digest`, or none with an algorithm that we know.',
    remedy:
      'Send `Content-Digest: sha-256=:…:` over the raw bytes of the body (RFC 9530), and cover it with the signature.',
  },
  digest_mismatch: {
    cause:
      'The body that arrived is not the one that the digest was made of. Most often it was serialized twice.',
    remedy: 'Serialize once, make the digest of these bytes and send these bytes.',
  },
  idempotency_key_missing: {
    cause: 'A write came without an `Idempotency-Key`.',
    remedy:
      'Make one key for each operation of yours, such as `"authorize-1001"`, keep it, and send it with every retry.',
  },
  idempotency_key_invalid: {
    cause: 'The `Idempotency-Key` is empty, too long, or not ASCII.',
    remedy: 'Send 1 to 255 ASCII characters, in quotes or without.',
  },
  version_unknown: {
    cause: '`Morrow-Version` names a date on which no version began.',
    remedy: 'Send one of the dates in the [changelog](/docs/changelog), or leave the header out.',
  },
  cursor_invalid: {
    cause: 'The cursor was changed, or it comes from another list, another filter or another merchant.',
    remedy:
      'Send `next_cursor` of the page before as it is, with the same filters; or none, for the first page.',
  },
  target_not_normalized: {
    cause:
      'The path or the query has dot segments, double slashes, a fragment or characters that must be escaped.',
    remedy: 'Send the path as this contract writes it, and escape what you put into the query.',
  },
  signature_missing: {
    cause: 'The request has no `Signature` and `Signature-Input`.',
    remedy: `Sign every request of your server. ${sign}`,
  },
  signature_malformed: {
    cause: 'The signature headers are no structured fields (RFC 8941), or they name something twice.',
    remedy: `Write them as in the examples, with base64 between colons. ${sign}`,
  },
  signature_components: {
    cause: 'The signature does not cover all that it must.',
    remedy:
      'Cover `@method` and `@target-uri`; on writes `idempotency-key` too, and `content-digest` whenever there is a body.',
  },
  signature_expired: {
    cause: 'The signature is older than 300 seconds, or its `expires` is over.',
    remedy: 'Sign each try anew, and let your server keep its clock by NTP.',
  },
  signature_future: {
    cause: '`created` lies more than 300 seconds ahead of our clock.',
    remedy: 'Let your server keep its clock by NTP. `created` is in seconds, not in milliseconds.',
  },
  signature_invalid: {
    cause: 'The signature does not fit what arrived: other bytes were signed, or with another key.',
    remedy: `In a sandbox the problem shows the signature base that we computed and the first line that differs. ${sign}`,
  },
  key_unknown: {
    cause: 'There is no active key of this name: it was mistyped, revoked, or belongs to another gateway.',
    remedy: 'Look at `keyid`, which is `<merchant id>/<kid>`, and at the origin that you send to.',
  },
  algorithm_mismatch: {
    cause: '`alg` in the signature is not the algorithm that the key was registered with.',
    remedy: 'Leave `alg` out: the key decides.',
  },
  nonce_reused: {
    cause: 'A signature with this nonce has come before.',
    remedy: 'Make a new nonce for each try, or send none.',
  },
  token_invalid: {
    cause: 'The client token is not one of ours, is over after half an hour, or is for another session.',
    remedy: 'Let your server ask for a new one and give it to the page.',
  },
  authorization_declined: {
    cause:
      'The shopper may not pay this amount later now. Who declined, and why, is told to the shopper only.',
    remedy: 'Offer another way to pay. The answer is kept: the same request gets it again.',
  },
  payment_declined: {
    cause: 'The card or bank of the shopper refused the payment.',
    remedy: 'Let the shopper choose another method.',
  },
  limit_exceeded: {
    cause: 'The amount is above what the shopper may owe.',
    remedy: 'Offer a smaller amount or another way to pay.',
  },
  agreement_ceiling_exceeded: {
    cause: 'The order would pass a ceiling that the shopper agreed to: for one order, a day or a month.',
    remedy: 'Charge less, wait for the next day or month, or open a checkout.',
  },
  scope_missing: {
    cause: 'The key signs well, but it was not given the scope of this operation.',
    remedy: 'Use a key that has it. `x-morrow-scope` names the scope of each operation.',
  },
  origin_forbidden: {
    cause: 'The page that asks is not of an origin that is registered for the merchant.',
    remedy: 'Register the exact origin, with scheme and port.',
  },
  step_up_required: {
    cause: 'What was asked needs a fresh proof of who asks.',
    remedy: 'Let the person identify again.',
  },
  not_found: {
    cause: 'There is nothing of this id for your key; what belongs to somebody else looks the same.',
    remedy: 'Look at the id, its prefix, and whether the key is of the same sandbox or of live.',
  },
  method_not_allowed: {
    cause: 'The path exists, the method does not.',
    remedy: 'The header `Allow` lists the methods that there are.',
  },
  idempotency_in_progress: {
    cause: 'The first request with this key is still at work.',
    remedy: 'Wait for as long as `Retry-After` says, then send the same again.',
  },
  state_conflict: {
    cause: 'The object is in a state in which this cannot be done; somebody else may have been faster.',
    remedy: 'Read the object again: `allowed_actions` tells what can be done now.',
  },
  merchant_reference_in_use: {
    cause: 'Another session or order of yours has this reference.',
    remedy: ownReference,
  },
  merchant_reference_reversed: {
    cause: 'You reversed this reference, so that no order may come of it any more.',
    remedy: 'Start again with a new reference.',
  },
  capture_reference_in_use: { cause: 'Another capture has this reference.', remedy: ownReference },
  refund_reference_in_use: { cause: 'Another refund has this reference.', remedy: ownReference },
  return_reference_in_use: { cause: 'Another return has this reference.', remedy: ownReference },
  extension_reference_in_use: { cause: 'Another extension has this reference.', remedy: ownReference },
  amount_mismatch: {
    cause: 'The amount is not the one that the shopper confirmed.',
    remedy: 'Authorize what was confirmed. For another amount, open a new session.',
  },
  currency_mismatch: {
    cause: 'The currency is not the one that the shopper confirmed.',
    remedy: 'Authorize in the currency of the session.',
  },
  checkout_token_used: {
    cause: 'An order was made with this token already; the problem names it.',
    remedy: 'Read that order. It is most likely the one that you want.',
  },
  capture_exceeds_authorized: {
    cause: 'More would be captured than is left of the authorization.',
    remedy: 'Read `capturable_amount` of the order and capture at most that.',
  },
  installments_exceeded: {
    cause: 'One more capture would give the plan more installments than a plan may have.',
    remedy: 'Capture the rest at once.',
  },
  refund_exceeds_refundable: {
    cause: 'More would be refunded than was captured and not refunded yet.',
    remedy: 'Read `refundable_amount` of the order and refund at most that.',
  },
  return_open: {
    cause: 'The order has a return that nobody has answered.',
    remedy: 'Accept or reject it first.',
  },
  dispute_open: {
    cause: 'The order has a dispute, which decides about the money.',
    remedy: 'Accept the dispute, which refunds, or wait for its end.',
  },
  evidence_limit: {
    cause: 'Your side has given as many files as it may.',
    remedy: 'Put what is left into one file before you send, or into words.',
  },
  evidence_unreadable: {
    cause: 'The bytes are not of the type that `Content-Type` says, or of none that is taken.',
    remedy: 'Send a PDF, a picture or plain text, unchanged.',
  },
  extension_exhausted: {
    cause: 'The authorization has reached 30 days, or the end of what its plan allows.',
    remedy: 'Capture what you ship. For the rest, open a new session.',
  },
  extension_refused: {
    cause: 'The credit behind the order is no longer good; `reason` says why.',
    remedy: 'Capture before it expires, or void.',
  },
  agreement_suspended: {
    cause: 'The agreement rests for now, because something of the shopper is late or was not paid.',
    remedy: 'Ask for another way to pay. The event `agreement.resumed` tells when it is good again.',
  },
  agreement_ended: {
    cause: 'The shopper, you, or time has ended the agreement.',
    remedy: 'Ask the shopper to agree again.',
  },
  plan_already_paid: {
    cause: 'Nothing is owed on the plan any more.',
    remedy: 'There is nothing to do.',
  },
  early_payout_unavailable: {
    cause: 'Nothing is waiting that could be paid out early, or your terms do not have it.',
    remedy: 'Ask for a quote first: it says what there is.',
  },
  clock_moving: {
    cause:
      'The clock of the sandbox is on its way to another date, and what is due on each date is being done.',
    remedy: 'Wait for as long as `Retry-After` says, or read the sandbox until its clock stands.',
  },
  checkout_session_expired: {
    cause: 'The shopper took longer than the session lives.',
    remedy: 'Open a new session for the same cart; the reference is free again.',
  },
  checkout_token_expired: {
    cause: 'The session was confirmed, but nobody authorized it in time.',
    remedy: 'Open a new session, and authorize as soon as `checkout_session.confirmed` tells you.',
  },
  authorization_expired: {
    cause: 'The authorization was neither captured nor extended until `expires_at`.',
    remedy: 'Open a new session. `order.expiring` warns three days and one day before.',
  },
  body_too_large: {
    cause: 'The body is larger than the operation takes: 1 MB, unless it says something else.',
    remedy: 'Send less; make files smaller.',
  },
  content_type_unsupported: {
    cause: 'The body is not `application/json` in UTF-8, or it is compressed.',
    remedy: 'Send `Content-Type: application/json` and no `Content-Encoding`.',
  },
  validation_failed: {
    cause: 'Fields are missing, unknown, or not of the right form.',
    remedy:
      '`errors` points at each of them. Unknown fields are refused, so that a typing error is never overlooked.',
  },
  currency_unsupported: {
    cause: 'The currency is not one that the gateway, or this merchant, sells in.',
    remedy: 'Send an ISO 4217 code in capital letters; a merchant has one currency.',
  },
  amount_invalid: {
    cause: 'An amount is zero, negative, fractional, text, or too large to be exact.',
    remedy: 'Send a positive integer of minor units: 1000 for 10.00 CNY.',
  },
  idempotency_key_reused: {
    cause: 'The key was used with another method, target or body.',
    remedy: 'Make a new key for a new operation. A retry must repeat the first request byte by byte.',
  },
  url_forbidden: {
    cause: 'The URL is not https, not of a registered origin, or leads to an address that we must not reach.',
    remedy: '`detail` says which. Loopback addresses work in sandboxes only.',
  },
  key_unacceptable: {
    cause: 'The JWK is of a kind that is not taken, holds a private part, or is too short.',
    remedy: 'Send a public Ed25519, P-256 or RSA key (2048 bits or more, with `alg`).',
  },
  headers_too_large: {
    cause: 'The request line and the headers have more than 16 kB together.',
    remedy: 'Look at what adds headers on the way, such as cookies of another site.',
  },
  request_timeout: {
    cause: 'The headers took more than 10 seconds to come, or the request more than 30.',
    remedy: resend,
  },
  rate_limited: {
    cause: 'More came within a minute than the limit, or than may be tried.',
    remedy:
      'Wait for as long as `Retry-After` says. `RateLimit` tells in every answer what is left, so that you can slow down before.',
  },
  overloaded: {
    cause:
      'More requests were under way in the process than can be answered in time. Lists are refused first, orders last.',
    remedy: `Wait for as long as \`Retry-After\` says. ${resend}`,
  },
  internal_error: {
    cause: 'Something failed on our side. What was asked for did not happen halfway.',
    remedy: `${resend} If it goes on, tell us the \`request_id\`.`,
  },
  processor_unavailable: {
    cause: 'The payment processor did not answer.',
    remedy: resend,
  },
  funder_unavailable: {
    cause: 'Nobody is there at the moment to lend the money.',
    remedy: `${resend} Or offer another way to pay.`,
  },
  unavailable: {
    cause: 'The database does not answer, or too many wanted the same thing at once.',
    remedy: `Wait for as long as \`Retry-After\` says. ${resend}`,
  },
};
