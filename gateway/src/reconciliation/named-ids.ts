const named = /(fnd|mer|po)[^0-9a-z]?([0-9a-f]{32})/g;

/**
 * Our ids of funders, merchants and payouts in what somebody wrote to a bank, which breaks lines, writes in capitals and
 * knows no underscore.
 */
export function idsIn(texts: readonly string[]): string[] {
  const ids = texts.flatMap((text) =>
    [...text.toLowerCase().replaceAll(/\s/g, '').matchAll(named)].map(
      ([, prefix, rest]) => `${prefix}_${rest}`,
    ),
  );
  return [...new Set(ids)];
}
