/** What the agreement's text is filled with: formatted amounts and dates, and names. */
export type AgreementFacts = {
  shop: string;
  funder: string;
  total: string;
  financed: string;
  /** Undefined when there is no down payment. */
  down: string | undefined;
  zero: string;
  payments: { date: string; amount: string }[];
  refundPolicy: 'from_last' | 'pro_rata';
  termsVersion: string;
  agreedOn: string;
};

export type AgreementSection = { heading: string; paragraphs: string[] };
