import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Facts, stepOf } from '../src/pages/checkout/step.ts';

const facts: fc.Arbitrary<Facts> = fc.record({
  status: fc.constantFrom('open', 'confirmed', 'completed', 'canceled', 'expired'),
  visitor: fc.constantFrom('nobody', 'newcomer', 'owner', 'stranger'),
  codeSent: fc.boolean(),
  aboutMissing: fc.boolean(),
  answerOpen: fc.boolean(),
  decision: fc.constantFrom(undefined, 'approved', 'declined', 'challenged'),
  planChosen: fc.boolean(),
});

const newcomersPath: [Partial<Facts>, string][] = [
  [{}, 'phone'],
  [{ codeSent: true }, 'code'],
  [{ visitor: 'newcomer' }, 'known'],
  [{ visitor: 'owner', aboutMissing: true }, 'about'],
  [{ visitor: 'owner' }, 'decide'],
  [{ visitor: 'owner', decision: 'declined' }, 'declined'],
  [{ visitor: 'owner', decision: 'challenged' }, 'challenge'],
  [{ visitor: 'owner', decision: 'approved' }, 'offers'],
  [{ visitor: 'owner', decision: 'approved', planChosen: true }, 'agreement'],
  [{ visitor: 'owner', answerOpen: true }, 'waiting'],
  [{ visitor: 'owner', status: 'confirmed' }, 'done'],
  [{ visitor: 'owner', status: 'completed' }, 'done'],
];

test.each(newcomersPath)('%o is at %s', (given, step) => {
  const start: Facts = {
    status: 'open',
    visitor: 'nobody',
    codeSent: false,
    aboutMissing: false,
    answerOpen: false,
    decision: undefined,
    planChosen: false,
  };
  expect(stepOf({ ...start, ...given })).toBe(step);
});

test('a stranger never sees anything', () => {
  fc.assert(fc.property(facts, (given) => stepOf({ ...given, visitor: 'stranger' }) === 'not_found'));
});

test('what has ended has ended for everybody else, whatever they were doing', () => {
  const ended = fc.constantFrom('canceled' as const, 'expired' as const);
  fc.assert(
    fc.property(facts, ended, (given, status) => {
      fc.pre(given.visitor !== 'stranger');
      return stepOf({ ...given, status }) === status;
    }),
  );
});

test('only the owner of an open checkout without an open down payment gets as far as a decision', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const decides = ['decide', 'challenge', 'declined', 'offers', 'agreement'].includes(stepOf(given));
      const may =
        given.visitor === 'owner' && given.status === 'open' && !given.answerOpen && !given.aboutMissing;
      return decides === may;
    }),
  );
});
