/** A file in the format of MaxMind DB (version 2.0), small enough to be made in a test. */

const control = { map: 7, string: 2, uint32: 6 } as const;

function head(type: number, size: number): Buffer {
  return Buffer.from([(type << 5) | size]);
}

function text(value: string): Buffer {
  return Buffer.concat([head(control.string, value.length), Buffer.from(value)]);
}

function number(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return Buffer.concat([head(type, 4), bytes]);
}

type Value = string | Value[] | { [key: string]: Value } | { uint: number };

function encode(value: Value): Buffer {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 4]), ...value.map(encode)]);
  if ('uint' in value && typeof value.uint === 'number') return number(control.uint32, value.uint);
  const entries = Object.entries(value as { [key: string]: Value });
  return Buffer.concat([
    head(control.map, entries.length),
    ...entries.flatMap(([key, one]) => [text(key), encode(one)]),
  ]);
}

/**
 * Says of each IPv4 network, as the first bits of its addresses, what its record is. Networks must not overlap.
 */
export function countryFile(networks: { bits: string; record: Value }[]): Buffer {
  const nodes: [number | Buffer | undefined, number | Buffer | undefined][] = [[undefined, undefined]];
  for (const { bits, record } of networks) {
    let at = 0;
    for (const [depth, bit] of bits.split('').entries()) {
      const node = nodes[at];
      if (!node) throw new Error('networks overlap');
      const side = Number(bit) as 0 | 1;
      if (depth === bits.length - 1) node[side] = encode(record);
      else if (typeof node[side] === 'number') at = node[side];
      else at = node[side] = nodes.push([undefined, undefined]) - 1;
    }
  }
  const data: Buffer[] = [];
  let dataSize = 0;
  const place = (child: number | Buffer | undefined): Buffer => {
    const bytes = Buffer.alloc(4);
    if (Buffer.isBuffer(child)) {
      bytes.writeUInt32BE(nodes.length + 16 + dataSize);
      data.push(child);
      dataSize += child.length;
    } else bytes.writeUInt32BE(child ?? nodes.length);
    return bytes.subarray(1);
  };
  const tree = nodes.flatMap((node) => node.map(place));
  const metadata: Value = {
    binary_format_major_version: { uint: 2 },
    binary_format_minor_version: { uint: 0 },
    build_epoch: { uint: 1_770_000_000 },
    database_type: 'test',
    description: {},
    ip_version: { uint: 4 },
    languages: [],
    node_count: { uint: nodes.length },
    record_size: { uint: 24 },
  };
  const mark = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([...tree, Buffer.alloc(16), ...data, mark, encode(metadata)]);
}
