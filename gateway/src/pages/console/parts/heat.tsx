import type { VNode } from 'preact';

const left = 56;
const top = 20;
const cellWidth = 48;
const cellHeight = 26;
/** The fullest cell; the figure in it stays readable. */
const strongest = 0.45;

/** Parts of a whole by row and column, the greater the stronger. The table beside it says the same in words. */
export function Heat(props: {
  title: string;
  columns: readonly string[];
  /** Each cell in percent; null where there is nothing to be a part of. */
  rows: readonly { label: string; percents: readonly (number | null)[] }[];
}): VNode {
  const { title, columns, rows } = props;
  const width = left + columns.length * cellWidth;
  const height = top + rows.length * cellHeight + 2;
  return (
    <figure class="stacked-bars">
      <svg class="calendar" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        {columns.map((label, column) => (
          <text x={left + (column + 0.5) * cellWidth} y={top - 6}>
            {label}
          </text>
        ))}
        {rows.map(({ label, percents }, row) => {
          const y = top + row * cellHeight;
          return (
            <g>
              <g class="finish">
                <text x={left - 6} y={y + cellHeight / 2 + 4}>
                  {label}
                </text>
              </g>
              {percents.map((percent, column) => (
                <g>
                  <rect
                    class="bar"
                    x={left + column * cellWidth + 1}
                    y={y + 1}
                    width={cellWidth - 2}
                    height={cellHeight - 2}
                    fill-opacity={(((percent ?? 0) / 100) * strongest).toFixed(3)}
                  />
                  <text class="amount" x={left + (column + 0.5) * cellWidth} y={y + cellHeight / 2 + 4}>
                    {percent === null ? '–' : String(Math.round(percent))}
                  </text>
                </g>
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
