import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadModel } from '../src/pay-score/model/load.ts';
import { report } from '../training/commands/report.ts';
import { scoreCsv } from '../training/commands/score.ts';
import { train, type TrainOptions } from '../training/commands/train.ts';
import type { Axis } from '../training/bins.ts';
import { gatherMains } from '../training/mains.ts';
import { directionOfPoints, firstBreak, keepsDirection } from '../training/monotone.ts';
import { defaultParameters } from '../training/parameters.ts';
import { createTables } from '../training/tables.ts';
import { bookColumns, makeBook, writeCsv } from './support/book.ts';

const folder = mkdtempSync(join(tmpdir(), 'pay-score-'));
const inFolder = (name: string): string => join(folder, name);
const book = makeBook(900, 11);
const data = writeCsv(inFolder('book.csv'), book);

/** One thread: the same model as with several, and no start of threads to wait for. */
const options: TrainOptions = {
  data,
  target: 'missed',
  id: 'ID',
  exclude: ['SEX', 'AGE'],
  out: inFolder('model.json'),
  seed: 3,
  pairs: 12,
  threads: 1,
  folds: 0,
};

/** Smaller than the committed model's, in proportion to the book. */
const parameters = {
  ...defaultParameters,
  parts: 3,
  rounds: 2,
  bins: 12,
  searchUpdates: 40,
  updates: 120,
  keepEvery: 20,
};

/** Changes one cell of the book, by row (from 1) and column, and tells what training says to it. */
async function refusalWith(row: number, column: string, text: string): Promise<string> {
  const place = bookColumns.indexOf(column);
  const rows = book.map((cells, index) =>
    index === row - 1 ? cells.map((cell, at) => (at === place ? text : cell)) : cells,
  );
  return refusal({ data: writeCsv(inFolder('changed.csv'), rows) });
}

async function refusal(changed: Partial<TrainOptions>): Promise<string> {
  return train({ ...options, out: inFolder('refused.json'), ...changed }, parameters).then(
    () => 'trained',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

let printed: string[];

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  printed = [];
  await train({ ...options, holdout: 0.3, folds: 2 }, parameters);
});

afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const readTrained = () => loadModel(readFileSync(options.out, 'utf8'));

describe('training', () => {
  const trainedBytes = async (changed: Partial<TrainOptions>): Promise<string> => {
    await train({ ...options, holdout: 0.3, folds: 2, out: inFolder('again.json'), ...changed }, parameters);
    return readFileSync(inFolder('again.json'), 'utf8');
  };

  test('gives the same bytes when it is repeated, on one thread or two', async () => {
    const first = readFileSync(options.out, 'utf8');
    expect(await trainedBytes({})).toBe(first);
    expect(await trainedBytes({ threads: 2 })).toBe(first);
  });

  test('gives another model from another seed', async () => {
    expect(await trainedBytes({ seed: 4 })).not.toBe(readFileSync(options.out, 'utf8'));
  });

  test('finds what the book was made of: lateness, then utilisation', () => {
    const range = (points: readonly number[]): number => Math.max(...points) - Math.min(...points);
    const strongest = readTrained()
      .file.characteristics.toSorted((a, b) => range(b.points) - range(a.points))
      .map(({ code }) => code);
    expect(strongest[0]).toMatch(/^late_|^months_since_late|^payment_ratio|^months_unpaid/);
    // What this book pays and buys are fixed parts of the limit in use, so these say the same.
    expect(strongest.slice(0, 4).some((code) => /^utilisation|_of_limit/.test(code))).toBe(true);
  });

  test('keeps the direction in every bin, also of pairs', () => {
    const { characteristics, pairs } = readTrained().file;
    for (const { risk, points } of characteristics)
      expect(firstBreak(points, directionOfPoints(risk))).toBeUndefined();
    for (const { first, second, points } of pairs) {
      const regular = points
        .slice(0, first.cuts.length + 1)
        .map((row) => row.slice(0, second.cuts.length + 1));
      for (const row of regular) expect(firstBreak(row, directionOfPoints(second.risk))).toBeUndefined();
      for (const column of regular[0]?.keys() ?? [])
        expect(
          firstBreak(
            regular.map((row) => row[column] ?? NaN),
            directionOfPoints(first.risk),
          ),
        ).toBeUndefined();
    }
  });

  test('says what unknown months mean, although the book has none', () => {
    const unknown = readTrained().file.characteristics.filter(({ missing }) => missing !== null);
    expect(unknown.map(({ code }) => code)).toContain('months_since_late');
    expect(
      unknown.every(
        ({ code }) =>
          /_[3-6]$|^months_since_late$/.test(code) ||
          code.startsWith('payment_ratio') ||
          code.startsWith('spend'),
      ),
    ).toBe(true);
  });

  test('stores what it was made from', () => {
    const { data: source, parameters, cross_validation: measured } = readTrained().file;
    expect(source).toMatchObject({ holdout: { share: 0.3, seed: 3 }, excluded: ['AGE', 'SEX'] });
    expect(source.rows).toBeGreaterThan(600);
    expect(source.rows).toBeLessThan(660);
    expect(parameters.seed).toBe(3);
    expect(measured?.folds).toHaveLength(2);
    expect(measured?.mean.auc).toBeGreaterThan(0.7);
  });
});

describe('what a pair says of one characteristic alone', () => {
  const axisOf = (code: string, risk: Axis['risk'], bins: number[]): Axis => ({
    code,
    risk,
    cuts: Float64Array.of(1, 2, 3),
    regular: 4,
    bins: Uint8Array.from(bins),
  });
  const sixColumns = (values: readonly number[]): number[][] =>
    Array.from({ length: 6 }, (_, row) => values.slice(row * 6, row * 6 + 6));

  /** Rising along the rows' four regular bins, whatever else. */
  const risingCells = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 })
    .map(sixColumns)
    .map((rows) =>
      rows.map((cells, row) =>
        cells.map((cell, column) =>
          row < 4 ? rows.slice(0, row + 1).reduce((sum, above) => sum + above[column]!, 0) : cell,
        ),
      ),
    );

  test('moves to its own table: no score changes, and the directions stay', () => {
    fc.assert(
      fc.property(risingCells, (cells) => {
        const axes = [axisOf('one', 'rising', [0, 1, 2, 3, 4]), axisOf('two', 'free', [0, 0, 2, 3, 3])];
        const tables = createTables(axes, [[0, 1]], 0);
        tables.cells[2]!.set(cells.flat());
        const moved = gatherMains(tables);
        const [one, two, pair] = moved.cells;
        for (let row = 0; row < 5; row++)
          for (let column = 0; column < 5; column++) {
            const at = row * 6 + column;
            expect(one![row]! + two![column]! + pair![at]!).toBeCloseTo(cells[row]![column]!, 9);
            if (row === 0 || row === 4) continue;
            expect(keepsDirection('rising', pair![at - 6]! - 1e-9, pair![at]!)).toBe(true);
            expect(keepsDirection('rising', one![row - 1]! - 1e-9, one![row]!)).toBe(true);
          }
      }),
    );
  });

  test('leaves nothing in a pair whose parts only add up', () => {
    const axes = [axisOf('one', 'rising', [0, 1, 2, 3]), axisOf('two', 'falling', [0, 1, 2, 3])];
    const tables = createTables(axes, [[0, 1]], 0);
    for (let row = 0; row < 5; row++)
      for (let column = 0; column < 5; column++) tables.cells[2]![row * 6 + column] = row * row - 3 * column;
    const pair = gatherMains(tables).cells[2]!;
    for (let row = 0; row < 5; row++)
      for (let column = 0; column < 5; column++) expect(pair[row * 6 + column]).toBeCloseTo(0, 9);
  });
});

describe('scoring a CSV', () => {
  test('writes id, pd and score of every row in order, and needs no outcome', () => {
    const columns = bookColumns.slice(0, -1);
    const csv = writeCsv(
      inFolder('score-me.csv'),
      book.map((cells) => cells.slice(0, -1)),
      columns,
    );
    scoreCsv({ model: options.out, data: csv, id: 'ID', out: inFolder('scores.csv') });
    const [head, ...lines] = readFileSync(inFolder('scores.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('ID,pd,score');
    expect(lines.map((line) => line.split(',')[0])).toEqual(book.map(([id]) => id));
    for (const line of lines) {
      const [, pd, score] = line.split(',').map(Number);
      expect(pd).toBeCloseTo(1 / (1 + 2 ** ((score! - 500) / 60)), 6);
    }
  });

  test('reads histories whose last months are empty', () => {
    const shortened = book
      .slice(0, 5)
      .map((cells) => cells.map((cell, at) => (/[3-6]$/.test(bookColumns[at] ?? '') ? '' : cell)));
    scoreCsv({
      model: options.out,
      data: writeCsv(inFolder('short.csv'), shortened),
      id: 'ID',
      out: inFolder('scores.csv'),
    });
    expect(readFileSync(inFolder('scores.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(6);
  });
});

describe('the report', () => {
  test('measures the rows that were kept out, and shows them as pictures with tables, from this one file', () => {
    printed = [];
    report({ model: options.out, data, target: 'missed', out: inFolder('report.html') });
    const shown = printed.join('\n');
    expect(shown).toMatch(/rows kept out of training: 2\d\d rows/);
    for (const name of [
      'AUC',
      'KS',
      'log loss',
      'calibration slope',
      'approval ratio by sex',
      'approval ratio by age',
      'approval ratio by age in narrow bands',
    ])
      expect(shown).toContain(name);
    const html = readFileSync(inFolder('report.html'), 'utf8');
    expect(html).not.toMatch(/<script|src=|href=|url\(|NaN|undefined|Infinity/);
    const figures = html.split('<figure>').slice(1);
    expect(figures.length).toBeGreaterThan(20);
    for (const figure of figures) expect(figure).toMatch(/<svg[^]*<table>/);
    for (const title of ['ROC', 'Calibration', 'Distribution of the score', 'By sex', 'By age', 'Halves'])
      expect(html).toContain(`<h3>${title}`);
  });

  test('tells when the rows were trained on, and refuses to call them held out', async () => {
    await train({ ...options, out: inFolder('whole.json') }, parameters);
    const whole = { model: inFolder('whole.json'), data, target: 'missed', out: inFolder('report.html') };
    printed = [];
    report(whole);
    expect(printed.join('\n')).toContain('trained on (not a test)');
    expect(() => report({ ...whole, split: 'held' })).toThrow('train with --holdout');
  });

  test('refuses a model that was tampered with', () => {
    const tampered = inFolder('tampered.json');
    writeFileSync(tampered, readFileSync(options.out, 'utf8').replace(/"base":\d/, '"base":9'));
    expect(() => report({ model: tampered, data, target: 'missed', out: inFolder('report.html') })).toThrow(
      'its content has the hash',
    );
  });
});

describe('a book that cannot be trained on is refused with row and column', () => {
  test.each([
    [4, 'LIMIT_BAL', 'much', 'row 4, column "LIMIT_BAL": "much" is not a finite number'],
    [7, 'BILL_AMT2', 'NaN', 'row 7, column "BILL_AMT2": "NaN" is not a finite number'],
    [1, 'PAY_AMT6', 'Infinity', 'row 1, column "PAY_AMT6": "Infinity" is not a finite number'],
    [2, 'PAY_AMT1', '-5', 'row 2, column "PAY_AMT1": must be a number that is not below zero'],
    [3, 'PAY_0', '', 'row 3, column "PAY_0": is empty'],
    [5, 'BILL_AMT4', '', 'row 5, column "BILL_AMT4": is empty'],
    [6, 'PAY_3', '8', 'row 6, column "PAY_3": contradicts the month before'],
    [8, 'missed', '2', 'row 8, column "missed": 2 is neither 0 nor 1'],
    [9, 'ID', '1', 'row 9, column "ID": 1 stands twice'],
  ])('row %i, %s = %j', async (row, column, text, reason) => {
    expect(await refusalWith(row, column, text)).toContain(reason);
  });

  test('a missing column', async () => {
    const csv = writeCsv(
      inFolder('narrow.csv'),
      book.map((cells) => cells.toSpliced(5, 1)),
      bookColumns.toSpliced(5, 1),
    );
    expect(await refusal({ data: csv })).toContain('column "PAY_2" is missing');
    expect(await refusal({ target: 'default' })).toContain('column "default" is missing');
    expect(await refusal({ exclude: ['SEX', 'AGE', 'INCOME'] })).toContain('column "INCOME" is missing');
  });

  test('an earlier month that is known after one that is not', async () => {
    const rows = book.map((cells, row) =>
      row === 0 ? cells.map((cell, at) => (/(PAY_|AMT)3$/.test(bookColumns[at] ?? '') ? '' : cell)) : cells,
    );
    expect(await refusal({ data: writeCsv(inFolder('gap.csv'), rows) })).toContain(
      'row 1, column "PAY_3": is empty, but an earlier month is not',
    );
  });

  test('one row, no row, an empty class, a row of another width', async () => {
    const [first = []] = book;
    expect(await refusal({ data: writeCsv(inFolder('one.csv'), [first]) })).toMatch(
      /\d of 1 rows are 1; at least 20/,
    );
    expect(await refusal({ data: writeCsv(inFolder('none.csv'), []) })).toContain('has no rows');
    const good = book.filter((cells) => cells.at(-1) === '0');
    expect(await refusal({ data: writeCsv(inFolder('good.csv'), good) })).toContain(
      `0 of ${good.length} rows are 1`,
    );
    const ragged = writeCsv(inFolder('ragged.csv'), [first, first.slice(1)]);
    expect(await refusal({ data: ragged })).toMatch(/Record Length.*line 3/);
    expect(await refusal({ data: inFolder('nowhere.csv') })).toContain('cannot be read');
  });

  test('a protected attribute or a stray column that is not excluded, a needed one that is', async () => {
    expect(await refusal({ exclude: ['SEX'] })).toContain('"AGE" is a protected attribute');
    expect(await refusal({ exclude: ['SEX', 'AGE', 'PAY_0'] })).toContain('"PAY_0" is needed');
    const strayed = writeCsv(
      inFolder('stray.csv'),
      book.map((cells) => [...cells, '1']),
      [...bookColumns, 'BRANCH'],
    );
    expect(await refusal({ data: strayed })).toContain('"BRANCH" is no part of a history');
  });
});
