import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../src/lib/errors.ts';
import { subscriberOf } from '../src/lib/address.ts';
import { checkCharacterOf, parseNationalId } from '../src/shoppers/national-id.ts';
import { normalizePhone } from '../src/shoppers/phone.ts';

function refusalOf(work: () => unknown): { code: string; pointer: string | undefined } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { code: error.code, pointer: error.details.errors?.[0]?.pointer };
  }
}

describe('a phone number', () => {
  it.each([
    ['13800138000', '+8613800138000'],
    [' 138 0013-8000 ', '+8613800138000'],
    ['+86 138 0013 8000', '+8613800138000'],
    ['138001 38000', '+8613800138000'],
    ['+44 (7700) 900.123', '+447700900123'],
    ['+12025550123', '+12025550123'],
  ])('%s is kept as %s', (typed, kept) => {
    expect(normalizePhone(typed)).toBe(kept);
  });

  it.each([
    '',
    '12800138000',
    '1380013800',
    '138001380000',
    '8613800138000',
    '008613800138000',
    '+861080013800',
    '+8612800138000',
    '+0123456789',
    '+1234567',
    '+1234567890123456',
    '+44 7700 abc',
    'tel:+447700900123',
    '++447700900123',
  ])('%j is refused', (typed) => {
    expect(refusalOf(() => normalizePhone(typed))).toEqual({ code: 'validation_failed', pointer: '/phone' });
  });

  it('stays as it is when it is read again', () => {
    const foreignPhone = fc.stringMatching(/^\+[1-79]\d{7,14}$/);
    fc.assert(
      fc.property(foreignPhone, (phone) => {
        expect(normalizePhone(phone)).toBe(phone);
      }),
    );
  });
});

describe('the subscriber behind an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('of %s is %s', (address, subscriber) => {
    expect(subscriberOf(address)).toBe(subscriber);
  });

  it('is the same for two IPv6 addresses exactly when their first 64 bits are', () => {
    const group = fc.integer({ min: 1, max: 0xffff });
    const half = fc.tuple(group, group, group, group);
    const write = (groups: number[]) => groups.map((each) => each.toString(16)).join(':');
    fc.assert(
      fc.property(half, half, half, half, (net, host, otherNet, otherHost) => {
        const subscriber = subscriberOf(write([...net, ...host]));
        expect(subscriberOf(write([...net, ...otherHost]))).toBe(subscriber);
        expect(subscriberOf(write([...otherNet, ...host])) === subscriber).toBe(
          write(otherNet) === write(net),
        );
      }),
    );
  });

  it('is not guessed from anything else', () => {
    expect(() => subscriberOf('example.com')).toThrow('not an IP address');
  });
});

describe('a mainland identity number', () => {
  // The first is the example of GB 11643-1999, appendix A.
  it.each([
    ['11010519491231002X', '1949-12-31', '110105'],
    ['34052419800101001x', '1980-01-01', '340524'],
    ['110105 19491231 002X', '1949-12-31', '110105'],
  ])('%s is of somebody born on %s', (typed, birthDate, area) => {
    expect(parseNationalId(typed)).toEqual({
      number: typed.replaceAll(' ', '').toUpperCase(),
      area,
      birthDate,
    });
  });

  it.each([
    ['a wrong check character', '110105194912310021'],
    ['a day that does not exist', `99000019900230000${checkCharacterOf('99000019900230000')}`],
    ['a month that does not exist', `99000019901301000${checkCharacterOf('99000019901301000')}`],
    ['fifteen digits, the form of 1989', '110105491231002'],
    ['letters', '11010519491231OO2X'],
    ['nothing', ''],
  ])('with %s is refused', (_, typed) => {
    expect(refusalOf(() => parseNationalId(typed))).toEqual({
      code: 'validation_failed',
      pointer: '/national_id',
    });
  });

  it('is refused when one digit is mistyped or two neighbours are swapped (ISO 7064 MOD 11-2)', () => {
    const digits = '99000019900101';
    const sequence = fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, '0'));
    fc.assert(
      fc.property(sequence, fc.nat(16), fc.integer({ min: 1, max: 9 }), (number, place, shift) => {
        const body = `${digits}${number}`;
        const valid = `${body}${checkCharacterOf(body)}`.split('');
        const mistyped = [...valid];
        mistyped[place] = String((Number(valid[place]) + shift) % 10);
        expect(refusalOf(() => parseNationalId(mistyped.join('')))?.code).toBe('validation_failed');
        const [left, right] = [valid[place] ?? '', valid[place + 1] ?? ''];
        const swapped = valid.with(place, right).with(place + 1, left);
        if (left !== right) {
          expect(refusalOf(() => parseNationalId(swapped.join('')))?.code).toBe('validation_failed');
        }
      }),
    );
  });
});
