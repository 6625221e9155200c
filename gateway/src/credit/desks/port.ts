/**
 * What a funder is told of the plan that it is asked about: enough to decide, and nothing that names the shopper. In the
 * form in which it is kept and sent.
 */
export type AskedPlan = {
  code: string;
  /** For which kind of purchase: a programme. */
  category: string;
  market: string | null;
  merchant: { id: string; name: string } | null;
  /** What this funder, and nobody else, sees as the shopper's id. */
  shopper_id: string;
  /** Fifty points wide, both ends included. */
  score_band: { from: number; to: number };
  /** The price of what is bought, and what of it is financed by all who carry the plan; minor units. */
  purchase: number;
  financed: number;
  /** What the shopper owes on each date, if the goods ship on the day. */
  installments: { due_date: string; amount: number }[];
  /** Millionths a year; null where the plan costs no interest. */
  annual_rate_ppm: number | null;
};

/** A question to a funder's own service: whether it carries its part of a plan. Asked again, it is the same question. */
export type DeskQuestion = {
  /** Names the question for good: a repetition is answered as the first one was. */
  askId: string;
  environmentId: string;
  funderId: string;
  /** What this funder would carry, in minor units. */
  amount: bigint;
  currency: string;
  /** Null in questions from before it was kept. */
  plan: AskedPlan | null;
};

/** One HTTP message as far as signatures see it; header names are in lower case. */
export type KeptMessage = { headers: Record<string, string>; body: string };

/** A signed question and its signed answer: with the keys of both, who said what can be proved to anybody. */
export type DeskProof = {
  url: string;
  question: KeptMessage;
  answer: KeptMessage & { status: number };
  receivedAt: string;
};

/** What came with an answer from a funder's own service. */
export type DeskReceipt = {
  /** The funder's own name for it. */
  reference: string | null;
  proof: DeskProof;
};

/** `unknown`: there was no answer, or none that can be read. It may have accepted. */
export type DeskAnswer =
  | { status: 'accepted'; receipt?: DeskReceipt }
  | { status: 'refused'; code: string; receipt?: DeskReceipt }
  | { status: 'unknown' };

/** The service of a funder that decides about each plan itself. */
export type FunderDesk = {
  ask(question: DeskQuestion): Promise<DeskAnswer>;
  /** What it accepted, or may have, is not wanted any more. Telling it twice changes nothing. */
  withdraw(question: DeskQuestion): Promise<'withdrawn' | 'unknown'>;
};

/** The service cannot be reached: it has not heard the question, or nobody knows. */
export class DeskDown extends Error {}
