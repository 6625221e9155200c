import { escapeHtml, type Html } from './html.ts';

export type Point = readonly [x: number, y: number];

export type Series = { name: string; kind: 'line' | 'steps' | 'bars' | 'dots'; points: readonly Point[] };

export type Chart = {
  /** Read out where the picture is not seen. */
  label: string;
  x: { name: string; from: number; to: number; show?: (value: number) => string };
  y: { name: string; from: number; to: number; show?: (value: number) => string };
  series: readonly Series[];
  /** Names under the x axis in place of numbers, at 0, 1, 2 ... */
  names?: readonly string[];
};

const size = { width: 400, height: 260, left: 52, right: 10, top: 26, bottom: 40 };
const colours = ['#1f6feb', '#d1495b', '#2e8b57', '#b7791f'];
const ticks = 4;

/** A chart with axes, a legend and up to four series, as SVG. */
export function drawChart(chart: Chart): Html {
  const place = placing(chart);
  const series = chart.series.map((one, index) => drawSeries(one, colours[index] ?? '#555', chart, place));
  return svg(chart.label, [drawAxes(chart, place), ...series, drawLegend(chart.series)].join(''));
}

/** A table of points as coloured cells, the first row at the bottom; red takes points, blue gives them. */
export function drawHeat(input: {
  label: string;
  x: string;
  y: string;
  cells: readonly (readonly number[])[];
}): Html {
  const { left, right, top, bottom, width, height } = size;
  const rows = input.cells.length;
  const columns = input.cells[0]?.length ?? 1;
  const [wide, high] = [(width - left - right) / columns, (height - top - bottom) / rows];
  const most = Math.max(1, ...input.cells.flat().map(Math.abs));
  const squares = input.cells.flatMap((row, y) =>
    row.map((points, x) => {
      const colour = points < 0 ? colours[1] : colours[0];
      const at = `x="${fixed(left + x * wide)}" y="${fixed(height - bottom - (y + 1) * high)}"`;
      const extent = `width="${fixed(wide)}" height="${fixed(high)}"`;
      return `<rect ${at} ${extent} fill="${colour}" fill-opacity="${fixed(Math.abs(points) / most)}"><title>${points}</title></rect>`;
    }),
  );
  const frame = `<rect x="${left}" y="${top}" width="${width - left - right}" height="${height - top - bottom}" fill="none" stroke="#93a1ad"/>`;
  return svg(input.label, [...squares, frame, axisNames(input.x, input.y)].join(''));
}

type Placing = { x: (value: number) => number; y: (value: number) => number };

function placing({ x, y }: Chart): Placing {
  const { left, right, top, bottom, width, height } = size;
  return {
    x: (value) => left + ((value - x.from) / (x.to - x.from || 1)) * (width - left - right),
    y: (value) => height - bottom - ((value - y.from) / (y.to - y.from || 1)) * (height - top - bottom),
  };
}

function drawSeries({ kind, points }: Series, colour: string, chart: Chart, place: Placing): string {
  const at = points.map(([x, y]) => [place.x(x), place.y(y)] as const);
  if (kind === 'dots')
    return at
      .map(([x, y]) => `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="3.5" fill="${colour}"/>`)
      .join('');
  if (kind === 'bars') {
    const width = Math.max(
      1,
      (0.8 * (place.x(chart.x.to) - place.x(chart.x.from))) / Math.max(points.length, 1),
    );
    const zero = place.y(Math.min(Math.max(0, chart.y.from), chart.y.to));
    return at
      .map(
        ([x, y]) =>
          `<rect x="${fixed(x - width / 2)}" y="${fixed(Math.min(y, zero))}" width="${fixed(width)}" height="${fixed(Math.abs(zero - y))}" fill="${colour}" fill-opacity="0.6"/>`,
      )
      .join('');
  }
  const path = at
    .map(([x, y], index) => {
      if (index === 0) return `M${fixed(x)} ${fixed(y)}`;
      return kind === 'steps' ? `H${fixed(x)}V${fixed(y)}` : `L${fixed(x)} ${fixed(y)}`;
    })
    .join('');
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function drawAxes(chart: Chart, place: Placing): string {
  const { left, right, bottom, width, height } = size;
  const lines: string[] = [];
  for (let tick = 0; tick <= ticks; tick++) {
    const value = chart.y.from + ((chart.y.to - chart.y.from) * tick) / ticks;
    const y = fixed(place.y(value));
    lines.push(`<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="#e1e7ec"/>`);
    lines.push(
      `<text x="${left - 6}" y="${y}" dy="4" text-anchor="end">${showWith(chart.y.show, value)}</text>`,
    );
  }
  const below = chart.names
    ? chart.names.map((name, index) => [index, name] as const)
    : Array.from({ length: ticks + 1 }, (_, tick) => {
        const value = chart.x.from + ((chart.x.to - chart.x.from) * tick) / ticks;
        return [value, showWith(chart.x.show, value)] as const;
      });
  for (const [value, text] of below)
    lines.push(
      `<text x="${fixed(place.x(value))}" y="${height - bottom + 14}" text-anchor="middle">${escapeHtml(text)}</text>`,
    );
  return lines.join('') + axisNames(chart.x.name, chart.y.name);
}

function axisNames(x: string, y: string): string {
  const { width, height, left } = size;
  return `<text x="${(width + left) / 2}" y="${height - 8}" text-anchor="middle">${escapeHtml(x)}</text><text x="4" y="12">${escapeHtml(y)}</text>`;
}

function drawLegend(series: readonly Series[]): string {
  if (series.length < 2) return '';
  return series
    .map(({ name }, index) => {
      const x = size.width - 10 - (series.length - index) * 92;
      return `<rect x="${x}" y="4" width="10" height="10" fill="${colours[index]}"/><text x="${x + 14}" y="13">${escapeHtml(name)}</text>`;
    })
    .join('');
}

function svg(label: string, content: string): Html {
  return {
    html: `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(label)}" font-size="11" fill="#1c2733">${content}</svg>`,
  };
}

function showWith(show: ((value: number) => string) | undefined, value: number): string {
  return escapeHtml(show ? show(value) : String(Math.round(value * 100) / 100));
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
