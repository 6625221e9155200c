/** Written between the parts of names of several peoples of China, and of foreign names; keyboards have many of them. */
const middleDots = /[\u00b7\u2022\u2027\u2219\u22c5\u30fb\u16eb\u2e31]/g;
const middleDot = '\u00b7';

const hanSpaces = /(?<=\p{Script=Han}) +| +(?=\p{Script=Han})/gu;
/** A full stop between Chinese characters is a middle dot that the keyboard did not have. */
const hanStops = /(?<=\p{Script=Han})\.(?=\p{Script=Han})/gu;
const aroundDots = / *\u00b7 */g;

/**
 * A name as it is compared: one width, no case, single spaces, one middle dot, and no spaces beside Chinese characters.
 * Nothing else is forgiven: accents, the order of names and every Chinese character count, because banks compare those, too.
 */
export function normalizeHolder(name: string): string {
  return foldCase(name.normalize('NFKC'))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(middleDots, middleDot)
    .replaceAll(aroundDots, middleDot)
    .replaceAll(hanSpaces, '')
    .replaceAll(hanStops, middleDot);
}

/** Lower case that is the same for every way to write it: `ß`, `ẞ` and `SS` are one. */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** Whether two people's names are the same. Symmetric. */
export function isSameHolder(one: string, other: string): boolean {
  const name = normalizeHolder(one);
  return name !== '' && name === normalizeHolder(other);
}

/** The same of businesses, whose full stops, commas and kinds of brackets nobody keeps: `Tea House Co., Ltd.` */
export function isSameBusiness(one: string, other: string): boolean {
  const name = normalizeBusiness(one);
  return name !== '' && name === normalizeBusiness(other);
}

function normalizeBusiness(name: string): string {
  return normalizeHolder(
    name.normalize('NFKC').replaceAll(/[.,\u3001\u3002\u3010\u3011\u3014\u3015]/g, bracketOf),
  );
}

function bracketOf(mark: string): string {
  if (mark === '\u3010' || mark === '\u3014') return '(';
  return mark === '\u3011' || mark === '\u3015' ? ')' : ' ';
}
