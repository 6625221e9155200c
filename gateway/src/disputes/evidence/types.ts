/** What a file may be, told by its bytes and not by its name. */
export const evidenceTypes = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/webp',
  'text/plain',
] as const;

export type EvidenceType = (typeof evidenceTypes)[number];

export const mostFileBytes = 5 * 1024 * 1024;

/** So many files each side of a dispute may give. */
export const mostFiles = 10;

const starts: readonly [EvidenceType, Buffer][] = [
  ['application/pdf', Buffer.from('%PDF-')],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
];

/** The type that the bytes have; undefined for one that is not taken, whatever it is said to be. */
export function typeOf(bytes: Buffer): EvidenceType | undefined {
  const found = starts.find(([, start]) => bytes.subarray(0, start.length).equals(start));
  if (found) return found[0];
  const isWebp =
    bytes.length >= 12 &&
    bytes.toString('latin1', 0, 4) === 'RIFF' &&
    bytes.toString('latin1', 8, 12) === 'WEBP';
  if (isWebp) return 'image/webp';
  return isText(bytes) ? 'text/plain' : undefined;
}

/** UTF-8 without control characters but those of lines and tabs. */
function isText(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return !/\p{Cc}/u.test(text.replaceAll(/[\t\n\r\f]/g, ''));
  } catch {
    return false;
  }
}

/** How a file of a type is named when its giver's name for it cannot be used. */
export const endings: Record<EvidenceType, string> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'text/plain': 'txt',
};
