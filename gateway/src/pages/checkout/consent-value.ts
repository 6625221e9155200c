import type { ConsentText } from '../../shoppers/consent-texts.ts';

/** What a consent's checkbox sends: what it is about, and the hash of the text beside it. */
export function consentValue({ purpose, textHash }: Pick<ConsentText, 'purpose' | 'textHash'>): string {
  return `${purpose}|${textHash}`;
}

export function readConsentValue(value: string): { purpose: string; textHash: string } {
  const [purpose = '', textHash = ''] = value.split('|', 2);
  return { purpose, textHash };
}
