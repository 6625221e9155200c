import type { IdentityRefusal } from '../shoppers/identity.ts';
import type { HostedRefusal } from '../processor/identity-port.ts';
import type { NoticeCode } from './texts/language.ts';

/** What a refused identity means to somebody who has to do something about it. */
export const identityNotices: Record<IdentityRefusal, NoticeCode> = {
  not_matched: 'identity_not_matched',
  not_a_test_person: 'identity_not_a_test_person',
  minor: 'identity_minor',
  identity_in_use: 'identity_in_use',
  identity_differs: 'identity_differs',
};

const hostedNotices: Record<Exclude<HostedRefusal, IdentityRefusal>, NoticeCode> = {
  document_expired: 'identity_document_expired',
  document_unsupported: 'identity_document_unsupported',
  document_unverified: 'identity_document_unverified',
  number_not_matched: 'identity_number_not_matched',
  selfie_not_matched: 'identity_selfie_not_matched',
  device_unsupported: 'identity_device_unsupported',
  check_declined: 'identity_check_declined',
};

const notices: Record<string, NoticeCode> = { ...identityNotices, ...hostedNotices };

/** The same for the code that is kept of a check. */
export function noticeOfIdentity(code: string | null): NoticeCode {
  return notices[code ?? ''] ?? 'identity_document_unverified';
}
