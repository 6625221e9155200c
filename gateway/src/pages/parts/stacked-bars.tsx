import type { VNode } from 'preact';
import { maxOf, sum } from '../../lib/money.ts';

/** What a bar is made of, from below; each is drawn in its own way, and told apart by a seam as well. */
export const barParts = ['paid', 'principal', 'interest', 'fee'] as const;

export type BarPart = (typeof barParts)[number];

/** Amounts are minor units of one currency; `label` is below the bar, `amount` above it. */
export type StackedBar = { label: string; amount: string; parts: Record<BarPart, bigint> };

const width = 340;
const baseline = 104;
const tallest = 68;
const margin = 10;
const widestBar = 40;
const seam = 2;
/** With more of them only the first and the last are labelled: more has no room. */
const mostLabelled = 4;

/**
 * One bar for each payment or month, by what it is made of. A table beside it says the same in words, so a reader who
 * does not see the picture is told its title only.
 */
export function StackedBars(props: {
  title: string;
  bars: readonly StackedBar[];
  legend: Record<BarPart, string>;
}): VNode {
  const { title, bars, legend } = props;
  const step = (width - 2 * margin) / bars.length;
  const most = maxOf(1n, ...bars.map(({ parts }) => sum(Object.values(parts))));
  const shown = barParts.filter((part) => bars.some(({ parts }) => parts[part] > 0n));
  return (
    <figure class="stacked-bars">
      <svg class="calendar" viewBox={`0 0 ${width} 128`} role="img" aria-label={title}>
        <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
        {bars.map((bar, index) => (
          <Bar
            bar={bar}
            most={most}
            x={margin + (index + 0.5) * step}
            width={Math.min(widestBar, step * 0.72)}
          />
        ))}
        {bars.map((bar, index) => (
          <Label bar={bar} {...placeOf(index, bars.length, margin + (index + 0.5) * step)} />
        ))}
      </svg>
      <ul class="legend" aria-hidden="true">
        {shown.map((part) => (
          <li class={part}>{legend[part]}</li>
        ))}
      </ul>
    </figure>
  );
}

function Bar(props: { bar: StackedBar; most: bigint; x: number; width: number }): VNode {
  const { bar, most, x, width: barWidth } = props;
  let top = baseline;
  return (
    <g>
      {barParts
        .filter((part) => bar.parts[part] > 0n)
        .map((part) => {
          const height = Math.max(1, Number((bar.parts[part] * BigInt(tallest * 100)) / most) / 100);
          top -= height;
          const y = top;
          top -= seam;
          return <rect class={`bar ${part}`} x={x - barWidth / 2} y={y} width={barWidth} height={height} />;
        })}
    </g>
  );
}

type Place = { side: 'begin' | 'middle' | 'finish'; x: number };

function placeOf(index: number, count: number, center: number): Place | undefined {
  if (count <= mostLabelled) return { side: 'middle', x: center };
  if (index === 0) return { side: 'begin', x: margin };
  return index === count - 1 ? { side: 'finish', x: width - margin } : undefined;
}

function Label({ bar, side, x }: { bar: StackedBar } & Partial<Place>): VNode | null {
  return side === undefined ? null : (
    <g class={side}>
      <text class="amount" x={x} y="14">
        {bar.amount}
      </text>
      <text class="date" x={x} y="123">
        {bar.label}
      </text>
    </g>
  );
}
