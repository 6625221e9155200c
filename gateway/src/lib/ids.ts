import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

/** The prefixes of all ids; the prefix is part of the id's type, so an order's id cannot be passed as a plan's. */
export const idPrefixes = [
  'sbx',
  'mer',
  'shp',
  'pm',
  'cns',
  'lch',
  'sse',
  'cs',
  'asm',
  'crl',
  'lmc',
  'hld',
  'fnd',
  'ord',
  'cap',
  'rfd',
  'pln',
  'ins',
  'rep',
  'att',
  'stl',
  'stn',
  'po',
  'pst',
  'evt',
  'whe',
  'dlv',
  'msg',
  'drw',
  'agr',
  'apl',
  'gua',
  'own',
  'ret',
  'prm',
  'har',
  'scn',
  'flt',
  'fle',
  'fal',
  'req',
  'opr',
  'inv',
  'osn',
  'mbr',
  'msn',
  'dsp',
  'evi',
  'chb',
  'lal',
  'imp',
  'exc',
  'otr',
  'rsv',
  'fsk',
  'pnw',
  'osr',
  'mtc',
  'bka',
  'mdt',
  'cgb',
  'mwo',
  'idc',
  'cse',
  'csm',
  'biz',
  'bsb',
  'plc',
  'mow',
  'lnk',
] as const;

export type IdPrefix = (typeof idPrefixes)[number];
export type Id<P extends IdPrefix> = `${P}_${string}`;

/** The library's own asks the system for eight numbers at a time, which is once for every other id. */
const drawn = new Uint32Array(1024);
let next = drawn.length;

const generator = new V7Generator({
  nextUint32() {
    if (next === drawn.length) {
      randomFillSync(drawn);
      next = 0;
    }
    next += 1;
    return drawn[next - 1] ?? 0;
  },
});

const hex = /^[0-9a-f]{32}$/;

/** A new id: the prefix and a UUIDv7 in hex, so that ids sort by creation and index pages stay warm. */
export function newId<P extends IdPrefix>(prefix: P): Id<P> {
  return `${prefix}_${generator.generate().toHex()}`;
}

/** Whether `value` has the shape of an id with this prefix. */
export function isId<P extends IdPrefix>(prefix: P, value: unknown): value is Id<P> {
  if (typeof value !== 'string' || !value.startsWith(`${prefix}_`)) return false;
  return hex.test(value.slice(prefix.length + 1));
}
