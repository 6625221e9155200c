/**
 * Who looks at a checkout: nobody who is signed in; a newcomer, signed in before anybody claimed it; its owner; or a
 * stranger, signed in while it belongs to somebody else.
 */
export type Visitor = 'nobody' | 'newcomer' | 'owner' | 'stranger';

/** What the next step depends on. Everything but the last comes from what is stored. */
export type Facts = {
  /** The stored status, except that time that is over counts as `expired` before the sweep writes it down. */
  status: 'open' | 'confirmed' | 'completed' | 'canceled' | 'expired';
  visitor: Visitor;
  /** A one-time code was sent to this browser for this checkout. */
  codeSent: boolean;
  /** The shopper's identity or one of our consents is still missing. */
  aboutMissing: boolean;
  /** The shopper agreed, and a funder has not yet accepted, or the processor not yet said whether it holds the first payment. */
  answerOpen: boolean;
  /** Undefined until it was decided in this request. */
  decision: 'approved' | 'declined' | 'challenged' | undefined;
  /** The page's address names a plan that is on offer. */
  planChosen: boolean;
};

export type Step =
  | 'not_found'
  | 'canceled'
  | 'expired'
  | 'phone'
  | 'code'
  | 'known'
  | 'about'
  | 'waiting'
  | 'decide'
  | 'challenge'
  | 'declined'
  | 'offers'
  | 'agreement'
  | 'done';

/** The one step that a checkout is at, whichever of its addresses was opened. */
export function stepOf(facts: Facts): Step {
  if (facts.visitor === 'stranger') return 'not_found';
  if (facts.status === 'canceled' || facts.status === 'expired') return facts.status;
  if (facts.visitor === 'nobody') return facts.codeSent ? 'code' : 'phone';
  if (facts.status !== 'open') return 'done';
  if (facts.visitor === 'newcomer') return 'known';
  if (facts.answerOpen) return 'waiting';
  if (facts.aboutMissing) return 'about';
  if (facts.decision === undefined) return 'decide';
  if (facts.decision === 'challenged') return 'challenge';
  if (facts.decision === 'declined') return 'declined';
  return facts.planChosen ? 'agreement' : 'offers';
}
