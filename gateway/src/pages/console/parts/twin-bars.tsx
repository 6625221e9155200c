import type { VNode } from 'preact';

const width = 340;
const baseline = 104;
const tallest = 88;
const margin = 10;

/** Two distributions side by side, the second one behind and outlined. The table beside it says the same in words. */
export function TwinBars(props: {
  title: string;
  bars: readonly { label: string; first: number; second: number }[];
  first: string;
  second: string;
}): VNode {
  const { title, bars } = props;
  const most = Math.max(1, ...bars.flatMap(({ first, second }) => [first, second]));
  const step = (width - 2 * margin) / bars.length;
  const heightOf = (count: number) => (count * tallest) / most;
  const bar = (count: number, x: number, of: string) => (
    <rect class={of} x={x} y={baseline - heightOf(count)} width={step * 0.38} height={heightOf(count)} />
  );
  return (
    <figure class="stacked-bars">
      <svg class="calendar" viewBox={`0 0 ${width} 128`} role="img" aria-label={title}>
        <line class="axis" x1="8" x2={width - 8} y1={baseline} y2={baseline} />
        {bars.map(({ label, first, second }, index) => {
          const x = margin + index * step;
          return (
            <g>
              {bar(first, x + step * 0.1, 'bar')}
              {bar(second, x + step * 0.5, 'bar interest')}
              {index % 2 === 0 && (
                <text class="date" x={x + step / 2} y="122">
                  {label}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="principal">{props.first}</li>
        <li class="interest">{props.second}</li>
      </ul>
    </figure>
  );
}
