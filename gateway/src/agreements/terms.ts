import { createHash } from 'node:crypto';
import type { CalendarDate } from '../lib/dates.ts';
import { toJsonAmount } from '../lib/money.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Agreement, ChargeAfterDays } from './agreements.ts';

/** What a shopper agrees to, in the form that is stored, hashed and shown. Amounts are integers of minor units. */
export type AgreementTerms = {
  version: 1;
  plan: 'pay_after';
  merchant: { id: string; name: string };
  /** Who carries the orders, as far as is known when the shopper agrees. */
  funder: { id: string; name: string };
  description: string;
  currency: string;
  order_ceiling: number;
  day_ceiling: number;
  month_ceiling: number;
  charge_after_days: ChargeAfterDays;
  terms_version: string;
  agreed_on: CalendarDate;
};

/** The version of the text around these terms; every change of the text needs a new one. */
const agreementTermsVersion = '2026-11';

/** The terms of an agreement as they are agreed to on this date. */
export function termsOf(
  agreement: Agreement,
  facts: {
    merchant: { id: string; name: string };
    funder: { id: string; name: string };
    agreedOn: CalendarDate;
  },
): AgreementTerms {
  const { merchant, funder, agreedOn } = facts;
  return {
    version: 1,
    plan: 'pay_after',
    merchant: { id: merchant.id, name: merchant.name },
    funder: { id: funder.id, name: funder.name },
    description: agreement.description,
    currency: agreement.currency,
    order_ceiling: toJsonAmount(agreement.orderCeiling),
    day_ceiling: toJsonAmount(agreement.dayCeiling),
    month_ceiling: toJsonAmount(agreement.monthCeiling),
    charge_after_days: agreement.chargeAfterDays,
    terms_version: agreementTermsVersion,
    agreed_on: agreedOn,
  };
}

/** SHA-256 of the terms' canonical JSON (RFC 8785), in lower-case hexadecimal: anyone who is shown them can check it. */
export function hashTerms(terms: AgreementTerms): string {
  return createHash('sha256').update(canonicalJson(terms), 'utf8').digest('hex');
}
