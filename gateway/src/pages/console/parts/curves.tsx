import type { VNode } from 'preact';
import { type Ends, ScaleTexts } from './scale-texts.tsx';

const width = 340;
const top = 12;
const baseline = 124;
const left = 44;
const right = 332;

export type CurveValue = { x: number; first: number | null; second: number | null };

/**
 * Two curves over one axis: the first drawn through, the second dashed. `mark` is where a line is drawn across. The table beside it says the same in words.
 */
export function Curves(props: {
  title: string;
  points: readonly CurveValue[];
  ends: Ends;
  mark?: { x: number; label: string };
  first: string;
  second: string;
}): VNode | null {
  const { title, points, ends, mark } = props;
  const [begin, finish] = [points[0], points.at(-1)];
  if (!begin || !finish) return null;
  const span = Math.max(1, finish.x - begin.x);
  const xOf = (x: number) => left + ((x - begin.x) / span) * (right - left);
  const yOf = (value: number) => baseline - (value / ends.most) * (baseline - top);
  return (
    <figure class="terms-curve">
      <svg class="calendar" viewBox={`0 0 ${width} 148`} role="img" aria-label={title}>
        <line class="axis" x1={left} x2={right} y1={baseline} y2={baseline} />
        {mark && <line class="axis" x1={xOf(mark.x)} x2={xOf(mark.x)} y1={top} y2={baseline} />}
        <path class="curve" d={pathOf(points, (point) => point.first, xOf, yOf)} />
        <g class="price">
          <path class="curve" d={pathOf(points, (point) => point.second, xOf, yOf)} />
        </g>
        <ScaleTexts ends={ends} left={left} right={right} top={top} baseline={baseline} />
        {mark && (
          <text x={xOf(mark.x)} y="143">
            {mark.label}
          </text>
        )}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="dot">{props.first}</li>
        <li class="ring">{props.second}</li>
      </ul>
    </figure>
  );
}

/** A line through the known values, broken where one is not known. */
function pathOf(
  points: readonly CurveValue[],
  of: (point: CurveValue) => number | null,
  xOf: (x: number) => number,
  yOf: (value: number) => number,
): string {
  let isDrawing = false;
  return points
    .map((point) => {
      const value = of(point);
      const command = isDrawing ? 'L' : 'M';
      isDrawing = value !== null;
      return value === null ? '' : `${command}${xOf(point.x).toFixed(1)} ${yOf(value).toFixed(1)}`;
    })
    .join('');
}
