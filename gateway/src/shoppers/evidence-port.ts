/** What outside parties can be asked about a shopper, each only with that shopper's consent. */
export const evidenceItems = ['bureau', 'income', 'phone_tenure'] as const;
export type EvidenceItem = (typeof evidenceItems)[number];

/** A credit bureau's band: A is the best. */
export const bureauBands = ['A', 'B', 'C', 'D', 'E'] as const;
export type BureauBand = (typeof bureauBands)[number];

/** What the score may look at: null where nothing is known, or where the consent was withdrawn or its answer expired. */
export type Evidence = { phoneTenureMonths: number | null; bureauBand: BureauBand | null };

/** Income per month in minor units of its currency. */
export type EvidenceAnswer =
  | { item: 'bureau'; band: BureauBand }
  | { item: 'income'; amount: bigint; currency: string }
  | { item: 'phone_tenure'; months: number };

export type EvidenceReply =
  { outcome: 'found'; answer: EvidenceAnswer } | { outcome: 'not_found' } | { outcome: 'unavailable' };

/**
 * Who can be asked. Called outside of transactions, with a signal that ends the waiting; whatever goes wrong is thrown.
 * The phone is the one that the shopper proved, in E.164.
 */
export type EvidenceProvider = {
  name: string;
  ask(
    asked: { item: EvidenceItem; phone: string },
    signal: AbortSignal,
  ): Promise<Exclude<EvidenceReply, { outcome: 'unavailable' }>>;
};
