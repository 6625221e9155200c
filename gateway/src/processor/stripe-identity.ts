import type { Stripe } from 'stripe';
import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { withDeadline } from './deadline.ts';
import { createStripe } from './stripe-client.ts';
import type { HostedCheck, HostedIdentity, HostedRefusal } from './identity-port.ts';

type Session = Stripe.Identity.VerificationSession;
type Report = Stripe.Identity.VerificationReport;

/** What is sensitive is told only when asked for, to a key that may see it. */
const expand = [
  'verified_outputs.dob',
  'verified_outputs.id_number',
  'last_verification_report.document.number',
];

/** What the person can do about it, by Stripe's code. Source: the error codes of a VerificationSession's `last_error`. */
const refusals: Record<string, HostedRefusal> = {
  abandoned: 'check_declined',
  consent_declined: 'check_declined',
  country_not_supported: 'document_unsupported',
  device_not_supported: 'device_unsupported',
  document_expired: 'document_expired',
  document_type_not_supported: 'document_unsupported',
  document_type_not_allowed: 'document_unsupported',
  id_number_insufficient_document_data: 'number_not_matched',
  id_number_mismatch: 'number_not_matched',
  id_number_unverified_other: 'number_not_matched',
  selfie_document_missing_photo: 'selfie_not_matched',
  selfie_face_mismatch: 'selfie_not_matched',
  selfie_manipulated: 'selfie_not_matched',
  selfie_unverified_other: 'selfie_not_matched',
  under_supported_age: 'minor',
};

/** Stripe Identity: `checks` is what is looked at, a document or the number that the person types in. */
export function createStripeIdentity(options: {
  secretKey: string;
  checks: 'document' | 'id_number';
  timeoutMs?: number;
}): HostedIdentity {
  const { secretKey, checks, timeoutMs = 10_000 } = options;
  const stripe = createStripe({ secretKey, timeoutMs });
  const sessions = stripe.identity.verificationSessions;
  return {
    name: 'stripe',
    start: async ({ checkId, environmentId, returnUrl }) => {
      const made = sessions.create(
        {
          type: checks,
          return_url: returnUrl,
          metadata: { check_id: checkId, environment_id: environmentId },
        },
        { idempotencyKey: checkId },
      );
      const { id } = await withDeadline(timeoutMs, made).catch(refuseUnavailable);
      return { reference: id };
    },
    lookUp: async (reference) => {
      const looked = sessions.retrieve(reference, { expand });
      return checkOf(await withDeadline(timeoutMs, looked).catch(refuseUnavailable));
    },
  };
}

/** A refusal of ours by Stripe is a mistake in how it was set up: to the person it is as if it were away. */
function refuseUnavailable(cause: unknown): never {
  const error = new GatewayError('unavailable', {
    detail: 'The identity service does not answer.',
    hint: 'Try again in a minute. Nothing was changed.',
  });
  error.cause = cause;
  throw error;
}

function checkOf(session: Session): HostedCheck {
  switch (session.status) {
    case 'verified':
      return verifiedOf(session);
    case 'processing':
      return { status: 'processing' };
    case 'canceled':
      return { status: 'ended' };
    case 'requires_input':
      return unfinishedOf(session);
    default:
      return refuseUnavailable(new Error(`a check is ${String(session.status)}`));
  }
}

function unfinishedOf({ last_error: failure, url }: Session): HostedCheck {
  const code = failure?.code;
  if (code) return { status: 'refused', code: refusals[code] ?? 'document_unverified' };
  return url === null ? { status: 'ended' } : { status: 'open', url };
}

function verifiedOf({ verified_outputs: told, last_verification_report: report }: Session): HostedCheck {
  const name = [told?.first_name, told?.last_name].filter(Boolean).join(' ');
  const birthDate = dateOf(told?.dob);
  const number = told && (idNumberOf(told) ?? documentNumberOf(report));
  if (name === '' || birthDate === undefined || !number) {
    return refuseUnavailable(new Error('the key may not see names, birth dates and numbers of checks'));
  }
  return { status: 'verified', name, birthDate, number };
}

/** A number of one country's kind: two kinds may have the same digits. */
function idNumberOf({ id_number: number, id_number_type: kind }: NonNullable<Session['verified_outputs']>) {
  return number && kind ? `${kind}:${number.replaceAll(/[^0-9A-Za-z]/g, '')}` : undefined;
}

/** A mainland identity card's number is the person's own, and is the same wherever they were verified before. */
function documentNumberOf(report: string | Report | null): string | undefined {
  if (report === null || typeof report === 'string') return undefined;
  const { number, issuing_country: country, type } = report.document ?? {};
  if (!number || !country || !type) return undefined;
  const plain = number.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase();
  return country === 'CN' && type === 'id_card' ? plain : `${country}:${type}:${plain}`;
}

type Parts = { day: number | null; month: number | null; year: number | null } | null | undefined;

function dateOf(parts: Parts): CalendarDate | undefined {
  const { day, month, year } = parts ?? {};
  if (!day || !month || !year) return undefined;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}`;
}
