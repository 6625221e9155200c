import { GatewayError } from '../lib/errors.ts';

/** E.164: a plus sign, then at most 15 digits that do not begin with zero. */
const e164 = /^\+[1-9]\d{7,14}$/;
const mainlandMobile = /^1[3-9]\d{9}$/;

/**
 * The number in E.164, such as '+8613800138000'. Spaces, dots, hyphens, brackets and full-width digits are taken as
 * people type them; eleven digits without a country code are a mainland mobile number.
 *
 * @throws GatewayError `validation_failed` for anything that is not a whole number to which a message can be sent.
 */
export function normalizePhone(input: string): string {
  const compact = input.normalize('NFKC').replaceAll(/[\s().-]/g, '');
  const phone = mainlandMobile.test(compact) ? `+86${compact}` : compact;
  const isMainland = phone.startsWith('+86');
  if (!e164.test(phone) || (isMainland && !mainlandMobile.test(phone.slice('+86'.length)))) {
    throw new GatewayError('validation_failed', {
      detail: 'This is not a phone number that we can send a message to.',
      hint: 'Send a mainland mobile number of 11 digits, or a number with its country code, such as +447700900123.',
      errors: [{ pointer: '/phone', code: 'invalid_phone' }],
    });
  }
  return phone;
}
