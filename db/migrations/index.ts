import { environments } from './0001-environments.ts';
import { ledger } from './0002-ledger.ts';
import { shoppers } from './0003-shoppers.ts';
import { credit } from './0004-credit.ts';
import { checkout } from './0005-checkout.ts';
import { repayments } from './0006-repayments.ts';
import { settlement } from './0007-settlement.ts';
import { events } from './0008-events.ts';
import { notifications } from './0009-notifications.ts';
import { mockProcessor } from './0010-mock-processor.ts';
import { purge } from './0011-purge.ts';
import { publishableKeys } from './0012-publishable-keys.ts';
import { servicing } from './0013-servicing.ts';
import { receipts } from './0014-receipts.ts';
import { sandbox } from './0015-sandbox.ts';
import { agreements } from './0016-agreements.ts';
import { offers } from './0017-offers.ts';
import { lateness } from './0018-lateness.ts';
import { returns } from './0019-returns.ts';
import { draws } from './0020-draws.ts';
import { assessmentFacts } from './0021-assessment-facts.ts';
import { scoreMonths } from './0022-score-months.ts';
import { limits } from './0023-limits.ts';
import { protection } from './0024-protection.ts';
import { fraud } from './0025-fraud.ts';
import { guarantees } from './0026-guarantees.ts';
import { appeals } from './0027-appeals.ts';
import { operators } from './0028-operators.ts';
import { seals } from './0029-seals.ts';
import { ledgerCheckpoints } from './0030-ledger-checkpoints.ts';
import { settlementTerms } from './0031-settlement-terms.ts';
import { reconciliation } from './0032-reconciliation.ts';
import { disputes } from './0033-disputes.ts';
import { funderTerms } from './0034-funder-terms.ts';
import { jointFunding } from './0035-joint-funding.ts';
import { keys } from './0036-keys.ts';
import { eventCheckpoints } from './0037-event-checkpoints.ts';
import { webhookSecrets } from './0038-webhook-secrets.ts';
import { bankAccounts } from './0040-bank-accounts.ts';
import { givenBack } from './0041-given-back.ts';
import { processorNews } from './0042-processor-news.ts';
import { deskAddresses } from './0043-desk-addresses.ts';
import { privacy } from './0044-privacy.ts';
import { members } from './0045-members.ts';
import { requestLog } from './0046-request-log.ts';
import { auditAddresses } from './0047-audit-addresses.ts';
import { shopperSignIn } from './0048-shopper-sign-in.ts';
import { cases } from './0049-cases.ts';
import { policyChanges } from './0050-policy-changes.ts';
import { businessDetails } from './0051-business-details.ts';
import { endpointChallenge } from './0052-endpoint-challenge.ts';
import { hotPath } from './0053-hot-path.ts';
import { requestFaults } from './0054-request-faults.ts';
import { rateCounts } from './0055-rate-counts.ts';
import { partitions } from './0056-partitions.ts';
import { deliveryPartitions } from './0057-delivery-partitions.ts';
import { newShoppers } from './0058-new-shoppers.ts';
import { notices } from './0061-notices.ts';
import { streamLooks } from './0063-stream-looks.ts';
import { mutedMessages } from './0064-muted-messages.ts';
import { accountLists } from './0065-account-lists.ts';
import { codeSends } from './0066-code-sends.ts';
import { indexVersions } from './0067-index-versions.ts';
import { shopperLinks } from './0068-shopper-links.ts';
import { abuse } from './0069-abuse.ts';
import { answeredSessions } from './0070-answered-sessions.ts';
import { shipments } from './0071-shipments.ts';
import { disputeHistory } from './0072-dispute-history.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [
  environments,
  ledger,
  shoppers,
  credit,
  checkout,
  repayments,
  settlement,
  events,
  notifications,
  mockProcessor,
  purge,
  publishableKeys,
  servicing,
  receipts,
  sandbox,
  agreements,
  offers,
  lateness,
  returns,
  draws,
  assessmentFacts,
  scoreMonths,
  limits,
  protection,
  fraud,
  guarantees,
  appeals,
  operators,
  seals,
  ledgerCheckpoints,
  settlementTerms,
  reconciliation,
  disputes,
  funderTerms,
  jointFunding,
  keys,
  eventCheckpoints,
  webhookSecrets,
  bankAccounts,
  givenBack,
  processorNews,
  deskAddresses,
  privacy,
  members,
  requestLog,
  auditAddresses,
  shopperSignIn,
  cases,
  policyChanges,
  businessDetails,
  endpointChallenge,
  hotPath,
  requestFaults,
  rateCounts,
  partitions,
  deliveryPartitions,
  newShoppers,
  notices,
  streamLooks,
  mutedMessages,
  accountLists,
  codeSends,
  indexVersions,
  shopperLinks,
  abuse,
  answeredSessions,
  shipments,
  disputeHistory,
];
