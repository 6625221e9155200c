/** Numbers that begin with these digits, and whether codes are sent to them; the longest that fits a number decides. */
export type PrefixRule = { beginsWith: string; isServed: boolean };

const servedBy = (isServed: boolean, codes: readonly string[]): PrefixRule[] =>
  codes.map((code) => ({ beginsWith: `+${code}`, isServed }));

/** The countries of the European Economic Area. */
const economicArea =
  '30 31 32 33 34 351 352 353 354 356 357 358 359 36 370 371 372 385 386 39 40 420 421 423 43 45 46 47 48 49';

/**
 * Beyond the United States and its territories: the area codes of Canada and the Caribbean, whose calling code is the
 * same (North American Numbering Plan), and numbers that cost extra.
 */
const notTheStates = {
  caribbean: '242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876'.split(' '),
  canada:
    '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460 468 474 506 514 519 537 548 568 579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 851 867 873 879 902 905 942'.split(
      ' ',
    ),
  costly: ['900', '976'],
};

/**
 * The countries of the markets there are rules for: mainland China, the United Kingdom's mobile numbers without personal
 * numbers and pagers (which cost extra), the United States, the European Economic Area.
 */
export const marketPrefixes: readonly PrefixRule[] = [
  ...servedBy(true, ['86', '447', '1', ...economicArea.split(' ')]),
  ...servedBy(false, [
    '4470',
    '4476',
    ...Object.values(notTheStates)
      .flat()
      .map((area) => `1${area}`),
  ]),
];

/**
 * A list as it is written in the configuration: `+86,+44,!+4470` sends codes to China and the United Kingdom, but not to
 * numbers there that begin with 70. Throws an Error that names what cannot be read.
 */
export function readPrefixes(text: string): PrefixRule[] {
  return text.split(',').map((written) => {
    const [, not, beginsWith] = /^(!?)(\+[1-9]\d{0,10})$/.exec(written.trim()) ?? [];
    if (beginsWith === undefined)
      throw new Error(`${JSON.stringify(written)} is not a prefix such as +86 or !+4470`);
    return { beginsWith, isServed: not === '' };
  });
}

/** The prefix by which codes are sent to `phone`, a number in E.164; undefined when none are. */
export function servedPrefix(rules: readonly PrefixRule[], phone: string): string | undefined {
  const [longest] = rules
    .filter(({ beginsWith }) => phone.startsWith(beginsWith))
    .toSorted((a, b) => b.beginsWith.length - a.beginsWith.length);
  return longest?.isServed ? longest.beginsWith : undefined;
}

/** So many numbers in a row share a range: those who pump codes rent numbers by the thousand, one after the other. */
const digitsInRange = 4;

/** What `phone` shares with the 9,999 numbers of its range, such as '+861380013'. */
export function rangeOf(phone: string): string {
  return phone.slice(0, -digitsInRange);
}
