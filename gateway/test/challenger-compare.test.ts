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
        expect(sum(bands.map(({ champion }) => champion.count))).toBe(pairs.length);
        expect(sum(bands.map(({ challenger }) => challenger.count))).toBe(pairs.length);
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

  test('are as far apart as the best cut between good and bad', () => {
    fc.assert(
      fc.property(book, (pairs) => {
        const { ks, auc } = compareScores(pairs, 480);
        expect(ks === null).toBe(auc === null);
        const of = (isBad: boolean) => pairs.filter(({ bad }) => bad === isBad);
        for (const by of ['champion', 'challenger'] as const) {
          if (!ks) continue;
          const share = (isBad: boolean, at: number) =>
            of(isBad).filter((one) => one[by] < at).length / of(isBad).length;
          const every = Array.from({ length: 552 }, (_, at) => 300 + at);
          const most = Math.max(...every.map((at) => Math.abs(share(true, at) - share(false, at))));
          expect(ks[by]).toBeCloseTo(most, 10);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('are as stable as their scores of then and now are alike', () => {
    const at = (score: number, count: number): ScorePair[] =>
      Array.from({ length: count }, () => ({ champion: score, challenger: 600, bad: null }));
    expect(compareScores([...at(620, 49), ...at(620, 50)], 480).psi).toBeNull();
    expect(compareScores([...at(620, 100), ...at(620, 100)], 480).psi).toEqual({
      champion: 0,
      challenger: 0,
    });
    // From a fifth to three fifths in one band, and from four fifths to two fifths in another.
    const moved = [...at(620, 60), ...at(720, 40), ...at(620, 20), ...at(720, 80)];
    const psi = (0.6 - 0.2) * Math.log(0.6 / 0.2) + (0.4 - 0.8) * Math.log(0.4 / 0.8);
    expect(compareScores(moved, 480).psi?.champion).toBeCloseTo(psi, 10);
    expect(compareScores(moved, 480).psi?.challenger).toBe(0);
    const gone = compareScores([...at(620, 100), ...at(720, 100)], 480).psi?.champion;
    expect(Number.isFinite(gone)).toBe(true);
    expect(gone).toBeGreaterThan(psi);
  });

  test('say the same by one cut about as many as are on one side by both', () => {
    fc.assert(
      fc.property(book, cut, (pairs, at) => {
        const { atCut, swaps } = compareScores(pairs, at);
        expect(atCut.approved.champion).toBe(swaps.both.count + swaps.championOnly.count);
        const agree = pairs.filter(({ champion, challenger }) => champion >= at === challenger >= at);
        expect(atCut).toMatchObject({ cut: at, agree: agree.length });
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
