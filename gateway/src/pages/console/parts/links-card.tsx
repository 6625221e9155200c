import type { ComponentChildren, VNode } from 'preact';
import type { ShopperLink } from '../../../shoppers/links/links.ts';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import { type ConsoleInput, may } from '../input.ts';
import { consolePath } from '../paths.ts';
import { ListCard } from './list-card.tsx';

/**
 * What shoppers and merchants have in common, each leading to the other side as far as the roles open it. With `steps`, what
 * was bought before can be acknowledged.
 */
export function LinksCard(props: {
  input: ConsoleInput;
  links: readonly ShopperLink[];
  title: string;
  empty: string;
  sides: readonly ('shopper' | 'merchant')[];
  steps?: true;
}): VNode {
  const { input, links, title, empty, sides, steps } = props;
  const { locale, environment } = input.visit;
  const t = input.t.links;
  const sideOf = (
    side: 'shopper' | 'merchant',
    { shopperId, merchantId }: ShopperLink,
  ): ComponentChildren => {
    const [section, id] =
      side === 'shopper' ? (['shoppers', shopperId] as const) : (['merchants', merchantId] as const);
    const code = <code>{id}</code>;
    return may(input, section) ? <a href={`${consolePath(environment.id, section)}/${id}`}>{code}</a> : code;
  };
  return (
    <ListCard
      id="links"
      title={title}
      hint={t.hint}
      empty={empty}
      columns={[
        { label: t.since },
        ...sides.map((side) => ({ label: t[side] })),
        { label: t.kind },
        { label: t.pastOrders, number: true },
        { label: t.state },
      ]}
      rows={links.map((link) => [
        formatInstant(locale, link.firstSeenAt, environment.timeZone),
        ...sides.map((side) => sideOf(side, link)),
        t.kinds[link.kind],
        String(link.pastOrders),
        steps ? <Acknowledge input={input} link={link} /> : <span class="state">{stateOf(input, link)}</span>,
      ])}
    />
  );
}

function stateOf({ t: { links: t } }: ConsoleInput, { pastOrders, acknowledgedAt }: ShopperLink): string {
  if (pastOrders === 0) return t.nothingBefore;
  return acknowledgedAt === null ? t.open : t.acknowledged;
}

function Acknowledge({ input, link }: { input: ConsoleInput; link: ShopperLink }): VNode {
  const t = input.t.links;
  return (
    <PostForm
      action={`${consolePath(input.visit.environment.id, 'alarms')}/links/${link.id}/acknowledge`}
      token={input.token}
    >
      <button class="link" type="submit" aria-label={`${t.acknowledge} ${link.id}`}>
        {t.acknowledge}
      </button>
    </PostForm>
  );
}
