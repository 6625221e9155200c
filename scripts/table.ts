/** An amount of minor units as people write it in a table; the currency's digits come from Intl. */
export function showAmount(value: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (value / 10 ** digits).toFixed(digits);
}

/** Prints rows under a title, columns as wide as their widest cell; what looks like a number is set to the right. */
export function printTable(title: string, heads: string[], rows: string[][]): void {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return /^-?[\d.]+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ');
  console.log(`\n    ${title}`);
  for (const cells of [heads, widths.map((width) => '-'.repeat(width)), ...rows])
    console.log(`    ${line(cells)}`);
  console.log();
}
