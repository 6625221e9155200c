/** A question to a funder's own service: whether it carries its part of a plan. Asked again, it is the same question. */
export type DeskQuestion = {
  /** Names the question for good: a repetition is answered as the first one was. */
  askId: string;
  environmentId: string;
  funderId: string;
  /** What this funder would carry, in minor units. */
  amount: bigint;
  currency: string;
};

/** `unknown`: there was no answer, or none that can be read. It may have accepted. */
export type DeskAnswer = { status: 'accepted' } | { status: 'refused'; code: string } | { status: 'unknown' };

/** The service of a funder that decides about each plan itself. */
export type FunderDesk = {
  ask(question: DeskQuestion): Promise<DeskAnswer>;
  /** What it accepted, or may have, is not wanted any more. Telling it twice changes nothing. */
  withdraw(question: DeskQuestion): Promise<'withdrawn' | 'unknown'>;
};

/** The service cannot be reached: it has not heard the question, or nobody knows. */
export class DeskDown extends Error {}
