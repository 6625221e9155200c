import type { ComponentChildren, VNode } from 'preact';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney, formatPercent } from '../../../notifications/format.ts';
import type { Capture } from '../../../orders/captures.ts';
import { explainSettlementLine, type LineExplanation } from '../../../orders/explain-line.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant, formatMediumDate } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

type Props = { input: DashboardInput; explained: LineExplanation };
type Fact = readonly [name: string, value: ComponentChildren];

/** Where one amount of a settlement comes from: its order, its cause, and the transfers that sum to it. */
export async function showLine(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const settlementId = String(req.params.settlementId);
  const asked = String(req.params.number);
  if (!/^[1-9]\d{0,8}$/.test(asked))
    throw new GatewayError('not_found', { detail: 'A line is named by its number.' });
  const explained = await explainSettlementLine(tx, {
    settlementId,
    merchantId: visit.merchant.id,
    number: Number(asked),
  });
  const t = input.t.settlements;
  const title = t.line(asked);
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="settlements" title={title}>
        <p class="asides">
          <a href={dashboardPath('settlements', settlementId)}>{t.lineBack}</a>
        </p>
        <Cause input={input} explained={explained} />
        <Transfers input={input} explained={explained} />
      </DashboardFrame>
    ),
  };
}

function moneyOf({ input, explained }: Props): (amount: bigint) => string {
  return (amount) => formatMoney(input.visit.locale, { amount, currency: explained.line.currency });
}

function Cause(props: Props): VNode {
  const { input, explained } = props;
  const { locale } = input.visit;
  const t = input.t.settlements;
  const { line, order, cause } = explained;
  return (
    <section class="card" aria-labelledby="cause-heading">
      <h2 id="cause-heading">{t.fromWhere}</h2>
      <p>
        <strong class="sum">{moneyOf(props)(line.amount)}</strong>
      </p>
      <Facts
        facts={[
          [t.kind, textsOf[locale].statement.kinds[line.kind]],
          [t.date, formatMediumDate(locale, line.businessDate)],
          ...(order
            ? [[t.order, <a href={dashboardPath('orders', order.id)}>{order.merchantReference}</a>] as const]
            : []),
          [t.cause, t.causes[cause.object]],
          [t.causeId, <code>{cause.id}</code>],
          ...factsOf(props),
        ]}
      />
    </section>
  );
}

/** What is known of the cause, by its kind. */
function factsOf(props: Props): Fact[] {
  const { input, explained } = props;
  const { locale } = input.visit;
  const t = input.t.settlements;
  const { cause } = explained;
  const money = moneyOf(props);
  const settlementLink = (id: string) => (
    <a href={dashboardPath('settlements', id)}>
      <code>{id}</code>
    </a>
  );
  switch (cause.object) {
    case 'capture':
      return [
        [t.reference, cause.capture.reference],
        [t.causeAmount, money(cause.capture.amount)],
        [t.fee, `${money(cause.capture.merchantFee)}: ${feeWords(props, cause.capture)}`],
        ...(cause.capture.feeVolume === null
          ? []
          : ([[t.feeTier, t.feeBefore(money(cause.capture.feeVolume))]] as const)),
      ];
    case 'refund':
      return [
        [t.reference, cause.refund.reference],
        [t.causeAmount, money(cause.refund.amount)],
        [t.feeReturned, money(cause.refund.feeReturned)],
      ];
    case 'settlement':
      return [
        [t.earlier, settlementLink(cause.settlementId)],
        ...(cause.net === null ? [] : ([[t.net, money(cause.net)]] as const)),
      ];
    case 'reserve':
      return [
        [t.causeAmount, money(cause.amount)],
        [t.heldBy, settlementLink(cause.settlementId)],
        [t.releaseOn, formatMediumDate(locale, cause.releaseOn)],
      ];
    case 'repayment':
    case 'dispute':
    case 'debt':
  }
  return [];
}

function feeWords(props: Props, capture: Capture): string {
  const { input } = props;
  const t = input.t.settlements;
  const { feeBasisPoints, feeFixed, merchantFee } = capture;
  const money = moneyOf(props);
  const ratePart = money(merchantFee - feeFixed);
  if (feeBasisPoints === null) return t.feePartsKept(ratePart, money(feeFixed));
  return t.feeParts(formatPercent(input.visit.locale, feeBasisPoints / 100), ratePart, money(feeFixed));
}

function Transfers(props: Props): VNode {
  const { input, explained } = props;
  const { locale, merchant } = input.visit;
  const t = input.t.settlements;
  const { transfers } = explained;
  return (
    <section class="card" aria-labelledby="transfers-heading">
      <h2 id="transfers-heading">{t.transfers}</h2>
      <p class="hint">{transfers.length === 0 ? t.noTransfers : t.transfersHint}</p>
      {transfers.length > 0 && (
        <DataTable
          caption={t.transfers}
          columns={[
            { label: t.transfer },
            { label: t.event },
            { label: t.at },
            { label: t.amount, number: true },
          ]}
          rows={transfers.map(({ id, event, occurredAt, amount }) => [
            <code>{String(id)}</code>,
            <code>{event}</code>,
            formatInstant(locale, occurredAt, merchant.timeZone),
            moneyOf(props)(amount),
          ])}
        />
      )}
    </section>
  );
}
