import type { BureauBand, EvidenceAnswer, EvidenceItem, EvidenceProvider } from './evidence-port.ts';

/** What the sandbox's provider knows of somebody; income is CNY a month, in fen. */
type File = { band: BureauBand; income: bigint; months: number };

type Kind = { digit: string } & (File | { behaves: 'slow' | 'unavailable' });

/** The kinds of test phones: +861993, one digit for the kind, and six digits of which each number is another person. */
const kinds = {
  /** Long known, earns well and pays. */
  steady: { digit: '1', band: 'A', income: 1_200_000n, months: 96 },
  modest: { digit: '2', band: 'C', income: 450_000n, months: 30 },
  /** Just arrived, in the lowest band. */
  fresh: { digit: '3', band: 'E', income: 200_000n, months: 2 },
  /** The provider takes longer than anybody waits. */
  slow: { digit: '8', behaves: 'slow' },
  /** The provider is down. */
  unavailable: { digit: '9', behaves: 'unavailable' },
} as const satisfies Record<string, Kind>;

export type EvidenceKind = keyof typeof kinds;

const prefix = '+861993';

/** The phone of a test person about whom the sandbox's provider answers so; `number` is 0 to 999999. */
export function evidencePhone(kind: EvidenceKind, number = 0): string {
  return `${prefix}${kinds[kind].digit}${String(number).padStart(6, '0')}`;
}

/** The provider of sandboxes: it answers about test phones only and finds nobody else. */
export const sandboxEvidence: EvidenceProvider = {
  name: 'sandbox',
  ask({ item, phone }, signal) {
    const found = Object.values(kinds).find(({ digit }) => phone.startsWith(`${prefix}${digit}`));
    if (!found) return Promise.resolve({ outcome: 'not_found' });
    if (!('behaves' in found)) return Promise.resolve({ outcome: 'found', answer: answerOf(item, found) });
    if (found.behaves === 'unavailable') return Promise.reject(new Error('the test provider is down'));
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('nobody waited for the test provider')), {
        once: true,
      });
    });
  },
};

function answerOf(item: EvidenceItem, { band, income, months }: File): EvidenceAnswer {
  if (item === 'bureau') return { item, band };
  return item === 'income' ? { item, amount: income, currency: 'CNY' } : { item, months };
}
