import { assert, integer, nat, property } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeySet, type LedgerProofInput, verifyLedgerProof } from '../../sdk-js/src/verify.ts';
import { account } from '../src/ledger/accounts.ts';
import { post } from '../src/ledger/post.ts';
import { checkSeals } from '../src/ledger/seals/check-seals.ts';
import { leafHash, pathOf, rootOf } from '../src/ledger/seals/merkle.ts';
import { sealTransfers } from '../src/ledger/seals/seal.ts';
import { newId } from '../src/lib/ids.ts';
import { runs } from './support/runs.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});

afterAll(() => world.close());

/** A proof that a test may spoil. */
type LooseProof = {
  transfers: [
    {
      transfer: { amount: number; [member: string]: unknown };
      sealed: { place: number; path: string[]; seal: number };
    },
  ];
  seals: [{ number: number; jws: string }];
};

const seal = (): Promise<number> => sealTransfers(world.context);
const checked = (of: Shop = shop) => of.inTx(checkSeals, 'read');

async function keySet(): Promise<KeySet> {
  return (await (await fetch(`${world.address}/.well-known/jwks.json`)).json()) as KeySet;
}

async function capturedOrder(of: Shop = shop): Promise<string> {
  const order = await authorizedOrder(of, { amount: 10_000 });
  await ship(of, order.id, 10_000);
  return order.id;
}

const proofOfOrder = (orderId: string) => shop.get<LedgerProofInput>(`/v1/orders/${orderId}/proof`);

/** Changes what is stored past the guard that forbids it, as somebody with the database's password could. */
async function tamper(change: string): Promise<void> {
  await world.db.transaction(async (sql) => {
    await sql.raw('alter table ledger_transfers disable trigger ledger_append_only');
    await sql.raw(change);
    await sql.raw('alter table ledger_transfers enable trigger ledger_append_only');
  });
}

describe('the tree', () => {
  /** Leaves and roots of the reference tests of Certificate Transparency (RFC 6962), by the number of leaves. */
  const contents = ['', '\0', '\x10', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno'];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  test('has the roots of the published vectors', () => {
    const leaves = contents.map(leafHash);
    for (const [index, root] of roots.entries())
      expect(rootOf(leaves.slice(0, index + 1)).toString('hex')).toBe(root);
  });

  test('has a leaf at least', () => {
    expect(() => rootOf([])).toThrow('a tree needs a leaf');
  });

  test('has paths as long as the tree is high, and one of another leaf leads elsewhere', () => {
    assert(
      property(integer({ min: 1, max: 70 }), nat(), (size, seed) => {
        const leaves = Array.from({ length: size }, (_, place) => leafHash(String(place)));
        const path = pathOf(leaves, seed % size);
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(new Set(path.map(String)).size).toBe(path.length);
      }),
      runs(200),
    );
  });
});

describe('sealing', () => {
  test('takes in every transfer once, chains the seals and has nothing to do the second time', async () => {
    await capturedOrder();
    expect(await seal()).toBeGreaterThan(0);
    expect(await seal()).toBe(0);
    await capturedOrder();
    await seal();
    const { seals, transfers, unsealed, broken } = await checked();
    expect({ unsealed, broken }).toEqual({ unsealed: 0, broken: [] });
    expect(seals).toBe(2);
    expect(transfers).toBeGreaterThan(4);
    const listed = await shop.get<{ data: { number: number; hash: string; jws: string }[] }>('/v1/seals');
    const claims = listed.data.map(
      ({ jws }) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as object,
    );
    expect(claims).toMatchObject([
      { number: 1, previous_hash: null },
      { number: 2, previous_hash: listed.data[0]?.hash },
    ]);
  });

  test('takes in later what was posted before but committed after its neighbours', async () => {
    const own = await openShop(world);
    await seal();
    const move = (amount: bigint) => ({
      event: 'test',
      subjectId: newId('req'),
      transfers: [
        {
          kind: 'posted' as const,
          debit: account('cash'),
          credit: account('clearing'),
          currency: 'CNY' as const,
          amount,
        },
      ],
    });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let posted = (): void => undefined;
    const isPosted = new Promise<void>((resolve) => (posted = resolve));
    const slow = own.inTx(async (tx) => {
      await post(tx, move(1n));
      posted();
      await held;
    });
    await isPosted;
    await own.inTx((tx) => post(tx, move(2n)));
    expect(await seal()).toBe(1);
    expect(await seal()).toBe(0);
    release();
    await slow;
    expect(await seal()).toBe(1);
    expect(await seal()).toBe(0);
    expect(await checked(own)).toMatchObject({ seals: 2, transfers: 2, unsealed: 0, broken: [] });
  });

  test('puts at most 4096 transfers under one seal, and the next of the same books under the one after', async () => {
    const own = await openShop(world);
    await seal();
    await own.inTx((tx) =>
      post(tx, {
        event: 'test',
        subjectId: newId('req'),
        transfers: Array.from({ length: 4097 }, () => ({
          kind: 'posted' as const,
          debit: account('cash'),
          credit: account('clearing'),
          currency: 'CNY' as const,
          amount: 1n,
        })),
      }),
    );
    expect(await seal()).toBe(4097);
    const sizes = world.db('ledger_seals').where({ environment_id: own.environmentId }).orderBy('number');
    expect(await sizes.pluck('size')).toEqual([4096, 1]);
    expect(await checked(own)).toMatchObject({ seals: 2, transfers: 4097, unsealed: 0, broken: [] });
  });

  test('goes on until everything is taken in, though one transaction seals four seals of the same books', async () => {
    const own = await openShop(world);
    await seal();
    const many = 4 * 4096 + 1;
    await world.db.raw(
      `insert into ledger_transfers (environment_id, posting_id, event, subject_id, kind, debit, credit, currency, amount,
         occurred_at, recorded_at)
       select ?, ?, 'test', 'test', 'posted', 'cash', 'clearing', 'CNY', 1, now(), now() from generate_series(1, ?)`,
      [own.environmentId, newId('pst'), many],
    );
    expect(await seal()).toBe(many);
    const { seals, transfers, unsealed } = await checked(own);
    expect({ seals, transfers, unsealed }).toEqual({ seals: 5, transfers: many, unsealed: 0 });
  });

  test('by two processes at once gives each transfer one place', async () => {
    const own = await openShop(world);
    await capturedOrder(own);
    const counts = await Promise.all([seal(), seal(), seal()]);
    expect(Math.max(...counts)).toBeGreaterThan(0);
    await seal();
    expect(await checked(own)).toMatchObject({ unsealed: 0, broken: [] });
  });
});

describe('a proof', () => {
  test('of an order is verified offline by the public keys alone', async () => {
    const orderId = await capturedOrder();
    await seal();
    const proof = await proofOfOrder(orderId);
    const verification = await verifyLedgerProof({ proof, keys: await keySet() });
    expect(verification).toMatchObject({ status: 'verified', faults: [] });
    expect(proof.transfers.map(({ transfer }) => transfer.subject_id)).toContain(orderId);
    expect(await verifyLedgerProof({ proof })).toMatchObject({ status: 'unsigned' });
  });

  test('comes with the seals of its own books, though those of others have the same numbers', async () => {
    const [one, other] = [await openShop(world), await openShop(world)];
    const orderIds = [await capturedOrder(one), await capturedOrder(other)];
    await seal();
    const seals = await Promise.all(
      [one, other].map(async (of) => (await of.get<{ data: { hash: string }[] }>('/v1/seals')).data),
    );
    expect(seals.map((own) => own.length)).toEqual([1, 1]);
    expect(seals[0]).not.toEqual(seals[1]);
    for (const [index, of] of [one, other].entries()) {
      const proof = await of.get<{ seals: object[] }>(`/v1/orders/${orderIds[index]}/proof`);
      expect(proof.seals).toEqual(seals[index]);
    }
  });

  test('says so while a transfer waits for its seal', async () => {
    await seal();
    const proof = await proofOfOrder(await capturedOrder());
    expect(proof.transfers.every(({ sealed }) => sealed === null)).toBe(true);
    expect(await verifyLedgerProof({ proof, keys: await keySet() })).toMatchObject({ status: 'unsealed' });
  });

  test('is refused at any change of a transfer, its place, its path or its seal', async () => {
    const orderId = await capturedOrder();
    await capturedOrder();
    await seal();
    const keys = await keySet();
    const proof = await proofOfOrder(orderId);
    const faultOf = async (change: (copy: LooseProof) => void): Promise<unknown> => {
      const copy = structuredClone(proof) as unknown as LooseProof;
      change(copy);
      const { status, faults } = await verifyLedgerProof({ proof: copy, keys });
      expect(status).toBe('refused');
      return faults.map(({ where }) => where);
    };
    const [first] = proof.transfers;
    const named = `transfer ${String(first?.transfer.id)}`;
    for (const member of ['amount', 'debit', 'occurred_at', 'subject_id', 'id'])
      await faultOf(({ transfers }) => (transfers[0].transfer[member] = 'other'));
    expect(await faultOf(({ transfers }) => (transfers[0].transfer.amount += 1))).toEqual([named]);
    expect(await faultOf(({ transfers }) => (transfers[0].sealed.place += 1))).toEqual([named]);
    expect(await faultOf(({ transfers }) => transfers[0].sealed.path.pop())).toEqual([named]);
    expect(await faultOf(({ transfers }) => transfers[0].sealed.path.push('0'.repeat(64)))).toEqual([named]);
    expect(await faultOf(({ seals }) => (seals[0].jws = `${seals[0].jws.slice(0, -8)}AAAAAAAA`))).toEqual([
      `seal ${proof.seals[0]?.number}`,
    ]);
    expect(await faultOf(({ seals }) => seals.splice(0))).toContain(named);
    await faultOf(({ transfers }) => transfers.splice(0));
  });

  test('of a settlement line holds what moved on the own account, and foreign ones are not found', async () => {
    const own = await openShop(world);
    const other = await openShop(world);
    await capturedOrder(own);
    await own.advance(2);
    await seal();
    const { data } = await own.get<{ data: { id: string }[] }>('/v1/settlements');
    const path = `/v1/settlements/${data[0]?.id}/lines/1/proof`;
    const proof = await own.get<LedgerProofInput>(path);
    expect(proof.transfers.length).toBeGreaterThan(0);
    for (const { transfer } of proof.transfers)
      expect(`${String(transfer.debit)} ${String(transfer.credit)}`).toContain(own.merchantId);
    expect(await verifyLedgerProof({ proof, keys: await keySet() })).toMatchObject({ status: 'verified' });
    expect(await other.refusal('GET', path)).toMatchObject({ code: 'not_found' });
    expect(await own.refusal('GET', path.replace('/1/', '/99/'))).toMatchObject({ code: 'not_found' });
  });
});

describe('the check of the seals', () => {
  test('names the row that was changed, the seal it stands in, and no other', async () => {
    const own = await openShop(world);
    await capturedOrder(own);
    await seal();
    const rows = await world
      .db('ledger_transfers')
      .where({ environment_id: own.environmentId })
      .orderBy('id')
      .select<{ id: bigint }[]>('id');
    const changed = rows[1]?.id;
    await tamper(
      `update ledger_transfers set occurred_at = occurred_at + interval '1 day' where id = ${changed}`,
    );
    expect((await checked(own)).broken).toEqual([
      { seal: 1, transferId: changed, fault: 'was changed after it was sealed' },
    ]);
    const keys = await keySet();
    const subject = await world.db('ledger_transfers').where({ id: changed }).first<{ subject_id: string }>();
    const orders = await own.get<{ data: { id: string }[] }>('/v1/orders');
    const proof = await own.get<LedgerProofInput>(`/v1/orders/${orders.data[0]?.id}/proof`);
    expect(proof.transfers.map(({ transfer }) => transfer.subject_id)).toContain(subject?.subject_id);
    const { status, faults } = await verifyLedgerProof({ proof, keys });
    expect(status).toBe('refused');
    expect(faults.map(({ where }) => where)).toContain(`transfer ${changed}`);
    await tamper(
      `update ledger_transfers set occurred_at = occurred_at - interval '1 day' where id = ${changed}`,
    );
    expect((await checked(own)).broken).toEqual([]);
  });

  test('seals and places are append-only, and go with a sandbox that is purged', async () => {
    const own = await openShop(world);
    await capturedOrder(own);
    await seal();
    for (const table of ['ledger_seals', 'ledger_leaves'])
      await expect(world.db(table).where({ environment_id: own.environmentId }).delete()).rejects.toThrow(
        'append-only',
      );
    await world.db.raw('select purge_sandbox(?)', [own.environmentId]);
    const left = await world.db('ledger_leaves').where({ environment_id: own.environmentId });
    expect(left).toEqual([]);
  });
});
