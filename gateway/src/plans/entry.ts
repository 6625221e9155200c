import type { CalendarDate } from '../lib/dates.ts';

/** Something that happened to a plan, on a business date of its calendar. Amounts are minor units and positive. */
export type PlanEntry = { onDate: CalendarDate } &
  /** The financed part of a capture. */
  (
    | { kind: 'capture'; amount: bigint }
    /** All that was refunded of the goods. */
    | { kind: 'refund'; amount: bigint }
    /** What was received for the debt; more than is owed is not in the schedule. */
    | { kind: 'repayment'; amount: bigint }
    /** A repayment was taken back: all that the `entry`-th entry of the log, counted from 1, had paid is owed again. */
    | { kind: 'charge_back'; amount: bigint; entry: number }
    /** Charged on, or taken off, the installment `number`. */
    | { kind: 'late_fee' | 'fee_waived'; amount: bigint; number: number }
    /** The dues stand still, as far as is known until `until`. A second one changes what is known. */
    | { kind: 'pause'; until: CalendarDate }
    | { kind: 'resume' }
    /** One installment gets a later date, free of charge. */
    | { kind: 'reschedule'; number: number; dueDate: CalendarDate }
    /** What is unpaid is spread anew over `periods` from `startsOn`, at this rate or none; no late fee may follow. */
    | { kind: 'hardship'; periods: number; startsOn: CalendarDate; shopperRatePpm: number }
    /** The end of the log: nothing is earned any more, and what was owed is to be recovered. */
    | { kind: 'charge_off' }
  );
