import { deriveCharacteristics } from '../src/pay-score/model/derive.ts';
import { fewestMonths, type History } from '../src/pay-score/model/history.ts';
import { binOf } from '../src/pay-score/model/score.ts';
import { sizeOf } from './bins.ts';
import { seededRandom } from './random.ts';
import type { Tables } from './tables.ts';

const cycles = 40;

/**
 * What an unknown month says: every row is seen again with only its newest 2 to 5 months (drawn with `seed`), all tables
 * are kept, and only the missing bins are fitted, by cyclic Newton steps with a ridge. So a full history is scored as if
 * there were no short ones. Pairs say nothing where one side is unknown. Null where no history lacks a characteristic.
 */
export function fitMissing(
  tables: Tables,
  rows: { histories: readonly History[]; bad: Uint8Array },
  input: { seed: number; lambda: number },
): (number | null)[] {
  const { axes } = tables;
  const masked = maskHistories(rows.histories, input.seed).map(deriveCharacteristics);
  const bins = axes.map(({ code, cuts }) =>
    masked.map((characteristics) => binOf(cuts, characteristics[code] ?? null)),
  );
  const scores = Float64Array.from(masked, (_, row) => scoreOf(tables, bins, row));
  const unknown = axes.map((axis, place) =>
    Int32Array.from(masked.keys()).filter((row) => bins[place]?.[row] === axis.regular + 1),
  );
  const points = unknown.map((lacking): number | null => (lacking.length > 0 ? 0 : null));
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const [place, lacking] of unknown.entries()) {
      const now = points[place];
      if (now === null || now === undefined) continue;
      let gradient = input.lambda * now;
      let hessian = input.lambda;
      for (const row of lacking) {
        const pd = 1 / (1 + Math.exp(-(scores[row] ?? 0)));
        gradient += pd - (rows.bad[row] ?? 0);
        hessian += pd * (1 - pd);
      }
      const change = -gradient / hessian;
      points[place] = now + change;
      for (const row of lacking) scores[row] = (scores[row] ?? 0) + change;
    }
  }
  return points;
}

/** Each history with its newest 2 to 5 months only; shorter ones stay as they are. */
function maskHistories(histories: readonly History[], seed: number): History[] {
  const random = seededRandom(seed);
  return histories.map(({ limit, months }) => ({
    limit,
    months: months.slice(0, fewestMonths + random.below(4)),
  }));
}

function scoreOf({ start, axes, pairs, cells }: Tables, bins: readonly number[][], row: number): number {
  const isUnknown = (place: number): boolean => bins[place]?.[row] === (axes[place]?.regular ?? 0) + 1;
  let score = start;
  for (const place of axes.keys())
    if (!isUnknown(place)) score += cells[place]?.[bins[place]?.[row] ?? 0] ?? 0;
  for (const [index, [first, second]] of pairs.entries()) {
    if (isUnknown(first) || isUnknown(second)) continue;
    const cell = (bins[first]?.[row] ?? 0) * sizeOf(axes[second]!) + (bins[second]?.[row] ?? 0);
    score += cells[axes.length + index]?.[cell] ?? 0;
  }
  return score;
}
