/**
 * One pure template for each business event: the only place where debits and credits are composed. They stand by the
 * walk that they belong to; README.md has all of them in one table.
 */
export * from './postings/order.ts';
export * from './postings/down-payment.ts';
export * from './postings/interest.ts';
export * from './postings/repayment.ts';
export * from './postings/refund.ts';
export * from './postings/charge-off.ts';
export * from './postings/dispute.ts';
export * from './postings/draw.ts';
export * from './postings/ownership.ts';
export * from './postings/settlement.ts';
export * from './postings/outside.ts';
export type { Posting, Transfer } from './posting.ts';
