import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareScores } from '../src/pay-score/challenger/compare.ts';
import type { ScorePair } from '../src/pay-score/challenger/read-pairs.ts';

const pair: fc.Arbitrary<ScorePair> = fc.record({
  champion: fc.integer({ min: 300, max: 850 }),
  challenger: fc.integer({ min: 300, max: 850 }),
  bad: fc.option(fc.boolean()),
});
const book = fc.array(pair, { minLength: 1, maxLength: 120 });
const cut = fc.integer({ min: 300, max: 850 });

/** By all pairs of a good and a bad one: what the area under the ROC curve is. */
function aucByCounting(pairs: readonly ScorePair[], by: 'champion' | 'challenger'): number {
  const [good, bad] = [pairs.filter((p) => p.bad === false), pairs.filter((p) => p.bad === true)];
  const wins = good.flatMap((a) => bad.map((b): number => (a[by] > b[by] ? 1 : a[by] === b[by] ? 0.5 : 0)));
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}

describe('two models on the same decisions', () => {
  test('fall into bands, swap sets and tenths that hold everybody once', () => {
    fc.assert(
      fc.property(book, cut, (pairs, at) => {
        const { bands, swaps, deciles, count } = compareScores(pairs, at);
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        expect(count).toBe(pairs.length);
        expect(sum(bands.map(({ champion }) => champion))).toBe(pairs.length);
        expect(sum(bands.map(({ challenger }) => challenger))).toBe(pairs.length);
        expect(sum(deciles.map(({ count: inTenth }) => inTenth))).toBe(pairs.length);
        const { both, championOnly, challengerOnly, neither } = swaps;
        expect(sum([both, championOnly, challengerOnly, neither].map((set) => set.count))).toBe(pairs.length);
        expect(both.count + championOnly.count).toBe(pairs.filter(({ champion }) => champion >= at).length);
      }),
    );
  });

  test('approve as many, or more only by scores that are equal at the border', () => {
    fc.assert(
      fc.property(book, cut, (pairs, at) => {
        const { swaps } = compareScores(pairs, at);
        const approved = swaps.both.count + swaps.championOnly.count;
        const byChallenger = pairs.filter(({ challenger }) => challenger >= swaps.challengerCut).length;
        const above = pairs.filter(({ challenger }) => challenger > swaps.challengerCut).length;
        expect(byChallenger).toBeGreaterThanOrEqual(approved);
        if (approved > 0) expect(above).toBeLessThan(approved);
        else expect(byChallenger).toBe(0);
      }),
    );
  });

  test('are told apart by the area under the ROC curve', () => {
    fc.assert(
      fc.property(book, (pairs) => {
        const { auc } = compareScores(pairs, 480);
        const known = pairs.filter(({ bad }) => bad !== null);
        const isMixed = known.some(({ bad }) => bad) && known.some(({ bad }) => !bad);
        expect(auc === null).toBe(!isMixed);
        for (const by of ['champion', 'challenger'] as const)
          if (auc) expect(auc[by]).toBeCloseTo(aucByCounting(pairs, by), 10);
      }),
    );
  });

  test('have the book’s own bad rate when all are approved', () => {
    fc.assert(
      fc.property(book, (pairs) => {
        const { badRates, known, bad } = compareScores(pairs, 480);
        const all = badRates.at(-1);
        if (known === 0) expect(badRates).toEqual([]);
        else {
          expect(all?.champion).toBeCloseTo(bad / known, 10);
          expect(all?.challenger).toBeCloseTo(bad / known, 10);
        }
      }),
    );
  });

  test('that are one model agree in every tenth and swap nobody', () => {
    fc.assert(
      fc.property(book, cut, (pairs, at) => {
        const same = pairs.map((of) => ({ ...of, challenger: of.champion }));
        const { deciles, swaps, auc } = compareScores(same, at);
        for (const { count, same: inSame } of deciles) expect(inSame).toBe(count);
        expect(swaps.championOnly.count).toBe(0);
        if (auc) expect(auc.challenger).toBe(auc.champion);
      }),
    );
  });

  test('count as in this example', () => {
    const of = (champion: number, challenger: number, bad: boolean | null): ScorePair => ({
      champion,
      challenger,
      bad,
    });
    const { swaps, auc, badRates } = compareScores(
      [of(700, 650, false), of(650, 500, true), of(600, 700, false), of(450, 640, false), of(400, 420, true)],
      600,
    );
    expect(swaps).toMatchObject({
      challengerCut: 640,
      both: { count: 2, known: 2, bad: 0 },
      championOnly: { count: 1, bad: 1 },
      challengerOnly: { count: 1, bad: 0 },
      neither: { count: 1, bad: 1 },
    });
    // Champion: of 3 good and 2 bad, 700 > both, 600 > 400 only, 450 > 400 only. Challenger: all good above all bad.
    expect(auc).toEqual({ champion: 4 / 6, challenger: 1 });
    expect(badRates.find(({ percent }) => percent === 60)).toEqual({
      percent: 60,
      champion: 1 / 3,
      challenger: 0,
    });
  });
});
