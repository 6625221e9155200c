import type { NationalId } from './national-id.ts';

export type IdentityClaim = { name: string; nationalId: NationalId };

export type ProviderAnswer =
  /** `reference` is the provider's own name for this check. */
  | { outcome: 'verified'; reference: string }
  | { outcome: 'refused'; code: 'not_matched' | 'not_a_test_person' };

/** Who can say whether a person is who they claim to be. Asked outside of transactions. */
export type IdentityProvider = {
  name: string;
  verify(claim: IdentityClaim): Promise<ProviderAnswer>;
};
