import type { CalendarDate } from '../lib/dates.ts';

/** Why a check did not verify anybody, in the words of the person who has to do something about it. */
export type HostedRefusal =
  | 'document_expired'
  | 'document_unsupported'
  | 'document_unverified'
  | 'number_not_matched'
  | 'selfie_not_matched'
  | 'device_unsupported'
  | 'check_declined'
  | 'minor';

/** How a check stands at the provider. */
export type HostedCheck =
  /** Nothing was handed in yet; `url` is where the person does that, for a short time. */
  | { status: 'open'; url: string }
  | { status: 'processing' }
  /** `number` names the person among all whom the provider checks: an identity number, or that of a document. */
  | { status: 'verified'; name: string; birthDate: CalendarDate; number: string }
  | { status: 'refused'; code: HostedRefusal }
  /** Given up at the provider. */
  | { status: 'ended' };

/**
 * Somebody who checks identities on pages of their own, to which the person is led. Asked outside of transactions. Each throws
 * `unavailable` when the provider does not answer.
 */
export type HostedIdentity = {
  name: string;
  /** Begins a check, once for each `checkId`, however often it is asked; `returnUrl` is where the person is sent after. */
  start(input: { checkId: string; environmentId: string; returnUrl: string }): Promise<{ reference: string }>;
  lookUp(reference: string): Promise<HostedCheck>;
};
