import type { AgreementStatus } from '../../agreements/agreements.ts';

/** Who looks at an agreement: nobody who is signed in; a newcomer, before anybody claimed it; its owner; a stranger. */
export type Visitor = 'nobody' | 'newcomer' | 'owner' | 'stranger';

export type AgreementStep = 'not_found' | 'ended' | 'phone' | 'code' | 'done' | 'identity' | 'terms';

export type AgreementFacts = {
  /** `ended` also when its time to be agreed to is over. */
  status: AgreementStatus;
  visitor: Visitor;
  codeSent: boolean;
  consentsMissing: boolean;
  isLevelThree: boolean;
};

/** The one step that is due, from what is stored and who is looking. */
export function stepOf(facts: AgreementFacts): AgreementStep {
  if (facts.visitor === 'stranger') return 'not_found';
  if (facts.status === 'ended') return 'ended';
  if (facts.visitor === 'nobody') return facts.codeSent ? 'code' : 'phone';
  if (facts.status === 'active' || facts.status === 'suspended') return 'done';
  return facts.consentsMissing || !facts.isLevelThree ? 'identity' : 'terms';
}
