import { GatewayError } from '../lib/errors.ts';
import type { Agreement, AgreementStatus } from './agreements.ts';

export type AgreementAction = 'authorize' | 'end';

/** What a merchant may do with an agreement in each state: guards the transitions and is shown as `allowed_actions`. */
const actions: Record<AgreementStatus, readonly AgreementAction[]> = {
  pending: ['end'],
  active: ['authorize', 'end'],
  suspended: ['end'],
  ended: [],
};

export function agreementActions({ status }: Pick<Agreement, 'status'>): readonly AgreementAction[] {
  return actions[status];
}

/** Whether nobody agreed in time; the sweep writes it down later, everybody else must see it at once. */
export function isTooLate(agreement: Pick<Agreement, 'status' | 'expiresAt'>, wallNow: Date): boolean {
  return agreement.status === 'pending' && agreement.expiresAt <= wallNow;
}

/** Throws `agreement_ended`, `agreement_suspended` or `state_conflict` unless orders may be authorized by it now. */
export function requireUsable(agreement: Pick<Agreement, 'status' | 'endedBy'>): void {
  if (agreement.status === 'ended') {
    throw new GatewayError('agreement_ended', {
      detail: `The agreement was ended by ${endedByWhom(agreement)}.`,
      hint: 'Let the shopper choose how to pay; open a new agreement if they want one.',
    });
  }
  if (agreement.status === 'suspended') {
    throw new GatewayError('agreement_suspended', {
      detail: 'The agreement is suspended for now; the shopper sees why in their account.',
      hint: 'Let the shopper choose another way to pay. The event agreement.resumed tells when it is good again.',
    });
  }
  if (agreement.status === 'pending') {
    throw new GatewayError('state_conflict', {
      detail: 'The shopper has not agreed yet.',
      hint: 'Send the shopper to the url of the agreement and wait for the event agreement.active.',
    });
  }
}

function endedByWhom({ endedBy }: Pick<Agreement, 'endedBy'>): string {
  if (endedBy === 'time') return 'time, because nobody agreed';
  return endedBy === 'shopper' ? 'the shopper' : 'the merchant';
}
