import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../src/lib/canonical-json.ts';
import { characteristicDefinitions, deriveCharacteristics } from '../src/pay-score/model/derive.ts';
import { type History, HistoryRefused } from '../src/pay-score/model/history.ts';
import { hashOfModel, loadModel, type ModelFault, ModelRefused } from '../src/pay-score/model/load.ts';
import type { ModelFile } from '../src/pay-score/model/schema.ts';
import { CharacteristicRefused, scoreWith } from '../src/pay-score/model/score.ts';
import { directionOfPoints, firstBreak } from '../training/monotone.ts';

const text = readFileSync(new URL('../src/pay-score/model.json', import.meta.url), 'utf8');
const model = loadModel(text);

const month = fc.record({
  status: fc.integer({ min: -2, max: 3 }),
  billed: fc.integer({ min: -20_000, max: 900_000 }),
  paid: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300_000 })),
});
const histories: fc.Arbitrary<History> = fc.record({
  limit: fc.integer({ min: 10_000, max: 1_000_000 }),
  months: fc.array(month, { minLength: 2, maxLength: 6 }),
});

/** The committed file with something changed; with `sealed` its hash is made to fit. */
function changed(change: (content: ModelFile) => void, sealed = true): string {
  const file = JSON.parse(text) as ModelFile;
  change(file);
  const { sha256, ...content } = file;
  return JSON.stringify({ ...content, sha256: sealed ? hashOfModel(content) : sha256 });
}

function faultOf(modelText: string): ModelFault | undefined {
  try {
    loadModel(modelText);
    return undefined;
  } catch (error) {
    if (error instanceof ModelRefused) return error.code;
    throw error;
  }
}

describe('the committed model', () => {
  test('is canonical JSON and has the hash of its content', () => {
    const { sha256, ...content } = model.file;
    expect(text).toBe(`${canonicalJson(model.file)}\n`);
    expect(hashOfModel(content)).toBe(sha256);
  });

  test('never turns against a direction: every bin of every characteristic with its neighbour', () => {
    const directed = model.file.characteristics.filter(({ risk }) => risk !== 'free');
    expect(directed.length).toBeGreaterThan(10);
    for (const { code, risk, points } of directed)
      expect(firstBreak(points, directionOfPoints(risk)), code).toBeUndefined();
  });

  test('never turns against a direction: every row and column of every pair', () => {
    expect(model.file.pairs.length).toBeGreaterThan(0);
    for (const { first, second, points } of model.file.pairs) {
      const [rows, columns] = [first.cuts.length + 1, second.cuts.length + 1];
      for (const row of points.slice(0, rows))
        expect(firstBreak(row.slice(0, columns), directionOfPoints(second.risk))).toBeUndefined();
      for (let column = 0; column < columns; column++) {
        const values = points.slice(0, rows).map((row) => row[column] ?? NaN);
        expect(firstBreak(values, directionOfPoints(first.risk)), first.code).toBeUndefined();
      }
    }
  });

  test('knows no protected attribute, and every characteristic as this code derives it', () => {
    const known = new Map(characteristicDefinitions.map(({ code, risk }) => [code, risk]));
    for (const { code, risk } of model.file.characteristics) expect(known.get(code)).toBe(risk);
    expect([...known.keys()].filter((code) => /sex|gender|age$|^age|education|marriage/.test(code))).toEqual(
      [],
    );
    expect(model.file.data.excluded).toEqual(['AGE', 'EDUCATION', 'MARRIAGE', 'SEX']);
  });

  test('names its data, their license and their author', () => {
    expect(model.file.data.sha256).toBe('21c3f8514b4524254aa4acd0da6ef8e235e61976514e0cfae622289ff9c59a20');
    expect(model.file.data.attribution).toMatch(/Yeh.*10\.24432\/C55S3H/);
    expect(model.file.data.license).toBe('CC-BY-4.0');
  });

  test('was cross-validated to the figures that it must reach', () => {
    const { mean, folds } = model.file.cross_validation ?? { mean: undefined, folds: [] };
    expect(folds).toHaveLength(5);
    expect(mean?.auc).toBeGreaterThanOrEqual(0.786);
    expect(mean?.slope).toBeGreaterThanOrEqual(0.92);
    expect(mean?.slope).toBeLessThanOrEqual(1.08);
  });

  test('asks more of a worse history', () => {
    const good: History = {
      limit: 200_000,
      months: Array.from({ length: 6 }, () => ({ status: -1, billed: 20_000, paid: 20_000 })),
    };
    const late: History = {
      limit: 200_000,
      months: Array.from({ length: 6 }, (_, index) => ({
        status: index < 2 ? 2 : 0,
        billed: 190_000,
        paid: index < 2 ? 0 : 8000,
      })),
    };
    const [better, worse] = [good, late].map((history) => scoreWith(model, deriveCharacteristics(history)));
    expect(better!.score).toBeGreaterThan(worse!.score + 100);
    expect(better!.pd).toBeLessThan(worse!.pd);
  });
});

describe('a score', () => {
  test('lies within the scale, is whole, and is the sum of its reasons', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { score, points } = scoreWith(model, deriveCharacteristics(history));
        expect(points.reduce((total, reason) => total + reason.points, 0)).toBe(score);
        expect(Number.isInteger(score)).toBe(true);
        expect(score).toBeGreaterThanOrEqual(300);
        expect(score).toBeLessThanOrEqual(850);
        expect(new Set(points.map(({ code }) => code)).size).toBe(points.length);
      }),
      { numRuns: 500 },
    );
  });

  test('never rises when a month that was paid as agreed is missed instead', () => {
    fc.assert(
      fc.property(histories, fc.nat(5), (history, at) => {
        const index = at % history.months.length;
        const withStatus = (status: number): History => ({
          ...history,
          months: history.months.map((one, place) => (place === index ? { ...one, status } : one)),
        });
        const [before, after] = [0, 2].map((status) => withStatus(status));
        const counted = ['months_carried'];
        const scores = [before!, after!].map((one) => ({
          ...deriveCharacteristics(one),
          ...Object.fromEntries(counted.map((code) => [code, deriveCharacteristics(before!)[code] ?? null])),
        }));
        const [paid, missed] = scores.map((characteristics) => scoreWith(model, characteristics).score);
        expect(missed!).toBeLessThanOrEqual(paid!);
      }),
      { numRuns: 500 },
    );
  });

  test('gives the pd of the book it is bound to', () => {
    const history: History = {
      limit: 50_000,
      months: [1, 2, 3].map(() => ({ status: 0, billed: 9000, paid: 900 })),
    };
    const characteristics = deriveCharacteristics(history);
    const { score, pd } = scoreWith(model, characteristics);
    const own = scoreWith(model, characteristics, model.file.bindings.own_book);
    const logit = (value: number): number => Math.log(value / (1 - value));
    expect(model.file.bindings.own_book).toEqual({ a: -2.217, b: 1 });
    expect(logit(pd)).toBeCloseTo(((500 - score) * Math.LN2) / 60, 9);
    expect(logit(own.pd)).toBeCloseTo(logit(pd) - 2.217, 9);
    expect(own.score).toBe(score);
  });

  test('is refused for what is no number or not given', () => {
    const characteristics = deriveCharacteristics({
      limit: 50_000,
      months: [1, 2].map(() => ({ status: 0, billed: 9000, paid: 900 })),
    });
    const [first] = model.file.characteristics;
    for (const value of [NaN, Infinity, -Infinity])
      expect(() => scoreWith(model, { ...characteristics, [first!.code]: value })).toThrow(
        CharacteristicRefused,
      );
    expect(() => scoreWith(model, {})).toThrow('is not given');
    const neverUnknown = model.file.characteristics.find(({ missing }) => missing === null);
    expect(() => scoreWith(model, { ...characteristics, [neverUnknown!.code]: null })).toThrow(
      'was not trained for',
    );
  });
});

describe('a history', () => {
  const plain = { status: 0, billed: 5000, paid: 500 };

  test.each([
    ['no limit', { limit: 0, months: [plain, plain] }, 'limit must be'],
    ['an endless limit', { limit: Infinity, months: [plain, plain] }, 'limit must be'],
    ['one month', { limit: 10_000, months: [plain] }, 'months must be 2 to 6'],
    ['half a status', { limit: 10_000, months: [{ ...plain, status: 0.5 }, plain] }, 'status of month 1'],
    [
      'a bill that is no number',
      { limit: 10_000, months: [plain, { ...plain, billed: NaN }] },
      'billed of month 2',
    ],
    ['a payment below zero', { limit: 10_000, months: [plain, { ...plain, paid: -1 }] }, 'paid of month 2'],
    [
      'four months of lateness within one',
      { limit: 10_000, months: [{ ...plain, status: 4 }, plain] },
      'status of month 1 contradicts the month before',
    ],
  ] satisfies [string, History, string][])('with %s is refused', (_, history, reason) => {
    expect(() => deriveCharacteristics(history)).toThrow(HistoryRefused);
    expect(() => deriveCharacteristics(history)).toThrow(reason);
  });

  test('gives the characteristics of the formulas', () => {
    const derived = deriveCharacteristics({
      limit: 100_000,
      months: [
        { status: 2, billed: 60_000, paid: 0 },
        { status: 0, billed: 50_000, paid: 10_000 },
        { status: -2, billed: 0, paid: 0 },
      ],
    });
    expect(derived).toMatchObject({
      late_1: 2,
      late_max: 2,
      late_sum: 2,
      months_since_late: 1,
      standing_1: 0,
      months_idle: 1,
      utilisation_1: 0.6,
      headroom: 40_000,
      payment_ratio_1: 0,
      payment_ratio_2: 'none',
      payment_ratio_3: null,
      months_unpaid: 2,
      spend_1: 10_000,
      spend_2: 60_000,
      spend_of_limit_2: 0.6,
    });
  });

  test('without lateness says how long only when all six months are known', () => {
    const ofMonths = (count: number) =>
      deriveCharacteristics({ limit: 10_000, months: Array.from({ length: count }, () => plain) });
    expect(ofMonths(6).months_since_late).toBe(7);
    expect(ofMonths(5).months_since_late).toBeNull();
  });
});

describe('a model file', () => {
  test('that was tampered with is refused', () => {
    const tampered = changed((content) => {
      content.base += 1;
    }, false);
    expect(faultOf(text)).toBeUndefined();
    expect(faultOf(tampered)).toBe('hash');
  });

  test('of another version is refused', () => {
    expect(faultOf(text.replace('"version":1', '"version":2'))).toBe('version');
  });

  test.each(['NaN', 'Infinity', '1e999', '"7"', '1.5', 'null'])('with the base %s is refused', (base) => {
    expect(['not_json', 'schema']).toContain(faultOf(text.replace(/"base":-?\d+/, `"base":${base}`)));
  });

  test('that is cut off, or is something else, is refused', () => {
    expect(faultOf(text.slice(0, -100))).toBe('not_json');
    expect(faultOf('{}')).toBe('schema');
    expect(faultOf('null')).toBe('schema');
  });

  test.each([
    [
      'a characteristic that nobody derives',
      (file: ModelFile) => void (file.characteristics[0]!.code = 'age'),
    ],
    ['bins without points', (file: ModelFile) => void file.characteristics[0]!.points.push(1)],
    [
      'cuts that do not rise',
      (file: ModelFile) =>
        void file.characteristics.find(({ cuts }) => cuts.length > 1)!.cuts.sort((a, b) => b - a),
    ],
    ['a characteristic twice', (file: ModelFile) => void file.characteristics.push(file.characteristics[0]!)],
    ['a pair of another shape', (file: ModelFile) => void file.pairs[0]!.points.pop()],
    [
      'a direction turned round',
      (file: ModelFile) => {
        const table = file.characteristics.find(({ risk }) => risk === 'rising')!;
        table.risk = 'falling';
      },
    ],
  ])('with %s is refused although its hash fits', (_, change) => {
    expect(faultOf(changed(change))).toBe('tables');
  });
});
