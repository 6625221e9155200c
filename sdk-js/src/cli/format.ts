/** Text of others for a terminal: what could move its cursor or forge a line is taken out. */
export function plain(text: unknown): string {
  return String(text).replaceAll(/\p{C}/gu, '\u{fffd}');
}

/** Minor units as people write them, after the code: 'CNY 100.00', 'JPY 100'. */
export function money(amount: number, currency: string): string {
  return `${plain(currency)} ${figure(amount, currency)}`;
}

/** The same without the code. */
export function figure(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  return new Intl.NumberFormat('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

function digitsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 0;
  }
}

/** Rows of cells under each other, all but the first two columns to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ')}`.trimEnd(),
  );
}
