import type { VNode } from 'preact';

const width = 340;
const baseline = 104;
const tallest = 88;
/** Half of a label, so that the first and the last are whole. */
const margin = 28;
/** So many labels stand below the bars without touching. */
const mostLabels = 5;

export type AmountBar = { label: string; first: bigint; second?: bigint };

/** Amounts beside each other, of one kind or two. The table beside it says the same in words. */
export function AmountBars(props: {
  title: string;
  bars: readonly AmountBar[];
  first: string;
  second?: string;
}): VNode {
  const { title, bars, first, second } = props;
  const most = bars.reduce((top, bar) => Math.max(top, Number(bar.first), Number(bar.second ?? 0n)), 1);
  const step = (width - 2 * margin) / Math.max(1, bars.length);
  const thickness = step * (second === undefined ? 0.7 : 0.38);
  const every = Math.ceil(bars.length / mostLabels);
  const bar = (amount: bigint, x: number, kind: string) => {
    const height = (Math.max(0, Number(amount)) * tallest) / most;
    return <rect class={kind} x={x} y={baseline - height} width={thickness} height={height} />;
  };
  return (
    <figure class="stacked-bars">
      <svg class="calendar" viewBox={`0 0 ${width} 128`} role="img" aria-label={title}>
        <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
        {bars.map(({ label, first: one, second: two }, index) => {
          const x = margin + index * step;
          return (
            <g>
              {bar(one, x + step * 0.1, 'bar')}
              {second !== undefined && bar(two ?? 0n, x + step * 0.5, 'bar interest')}
              {index % every === 0 && (
                <text class="date" x={x + step / 2} y="122">
                  {label}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="principal">{first}</li>
        {second !== undefined && <li class="interest">{second}</li>}
      </ul>
    </figure>
  );
}
