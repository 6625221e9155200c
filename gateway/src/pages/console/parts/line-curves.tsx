import type { VNode } from 'preact';
import { type Ends, ScaleTexts } from './scale-texts.tsx';

const width = 340;
const top = 18;
const baseline = 124;
const left = 44;
const right = 274;

/** One curve; the values stand at 0, 1, 2 … on the axis. */
export type Line = { label: string; values: readonly number[] };

/**
 * Several curves from the same start, the newest the strongest, each with its name at its end where there is room. The table
 * beside it says the same in words.
 */
export function LineCurves(props: { title: string; lines: readonly Line[]; ends: Ends }): VNode | null {
  const { title, lines, ends } = props;
  const longest = Math.max(0, ...lines.map(({ values }) => values.length - 1));
  if (longest === 0) return null;
  const xOf = (index: number) => left + (index / longest) * (right - left);
  const yOf = (value: number) => baseline - (value / ends.most) * (baseline - top);
  const names = placeNames(lines.map(({ values }) => yOf(values.at(-1) ?? 0)));
  return (
    <figure class="terms-curve">
      <svg class="calendar" viewBox={`0 0 ${width} 148`} role="img" aria-label={title}>
        <line class="axis" x1={left} x2={right} y1={baseline} y2={baseline} />
        {lines.map(({ values, label }, index) => (
          <g>
            <path
              class="curve"
              stroke-opacity={(0.35 + (0.65 * (index + 1)) / lines.length).toFixed(2)}
              d={values
                .map((value, at) => `${at === 0 ? 'M' : 'L'}${xOf(at).toFixed(1)} ${yOf(value).toFixed(1)}`)
                .join('')}
            />
            {names[index] !== undefined && (
              <g class="begin">
                <text x={xOf(values.length - 1) + 4} y={names[index]}>
                  {label}
                </text>
              </g>
            )}
          </g>
        ))}
        <ScaleTexts ends={ends} left={left} right={right} top={top} baseline={baseline} />
      </svg>
    </figure>
  );
}

/** Where each name stands; none where it would lie on that of another curve. */
function placeNames(ends: readonly number[]): (number | undefined)[] {
  const taken: number[] = [];
  return ends.map((y) => {
    if (taken.some((other) => Math.abs(other - y) < 12)) return undefined;
    taken.push(y);
    return y - 4;
  });
}
