import type { VNode } from 'preact';
import { maxOf } from '../../../lib/money.ts';

/** A month by its label, and what falls due in it in minor units. */
export type DuesBar = { label: string; due: bigint };

const width = 340;
const baseline = 104;
const tallest = 84;
const margin = 10;
const widestBar = 44;

/** What falls due in each month as a bar, the income of a month as a frame around it. The table beside it says the same. */
export function DuesBars(props: {
  title: string;
  bars: readonly DuesBar[];
  income: bigint | undefined;
  legend: { due: string; income: string };
}): VNode {
  const { title, bars, income, legend } = props;
  const step = (width - 2 * margin) / bars.length;
  const barWidth = Math.min(widestBar, step * 0.6);
  const most = maxOf(1n, income ?? 0n, ...bars.map(({ due }) => due));
  const heightOf = (amount: bigint): number => Number((amount * BigInt(tallest * 100)) / most) / 100;
  return (
    <figure class="stacked-bars dues-bars">
      <svg class="calendar" viewBox={`0 0 ${width} 128`} role="img" aria-label={title}>
        <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
        {bars.map(({ label, due }, index) => {
          const center = margin + (index + 0.5) * step;
          return (
            <g>
              {income !== undefined && income > 0n && (
                <Column
                  class="income-frame"
                  center={center}
                  width={barWidth + 12}
                  height={heightOf(income)}
                />
              )}
              {due > 0n && (
                <Column
                  class="bar principal"
                  center={center}
                  width={barWidth}
                  height={Math.max(1, heightOf(due))}
                />
              )}
              <g class="middle">
                <text class="date" x={center} y="123">
                  {label}
                </text>
              </g>
            </g>
          );
        })}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="principal">{legend.due}</li>
        {income !== undefined && <li class="income-frame">{legend.income}</li>}
      </ul>
    </figure>
  );
}

function Column(props: { class: string; center: number; width: number; height: number }): VNode {
  const { class: name, center, width: columnWidth, height } = props;
  return (
    <rect
      class={name}
      x={center - columnWidth / 2}
      y={baseline - height}
      width={columnWidth}
      height={height}
    />
  );
}
