import type { VNode } from 'preact';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';

/** More than so many are not counted: whoever has that many begins anywhere. */
export const mostCounted = 99;

/** A number that was counted up to `mostCounted + 1`. */
export function countText(count: number): string {
  return count > mostCounted ? `${mostCounted}+` : String(count);
}

export type Tab = {
  href: string;
  name: string;
  isCurrent: boolean;
  /** How much waits there for whoever looks, counted up to `mostCounted + 1`. */
  waiting?: number | undefined;
};

/** The sections of a place. What waits in one stands behind its name, and is called so where it is read aloud. */
export function Tabs({
  locale,
  label,
  tabs,
}: {
  locale: Locale;
  label: string;
  tabs: readonly Tab[];
}): VNode {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <TabLink locale={locale} {...tab} />
      ))}
    </nav>
  );
}

function TabLink({ locale, href, name, isCurrent, waiting = 0 }: Tab & { locale: Locale }): VNode {
  const shown = `${name} ${countText(waiting)}`;
  const t = textsOf[locale].layout;
  return (
    <a
      href={href}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={waiting > 0 ? t.waiting(shown) : undefined}
    >
      {waiting > 0 ? (
        <>
          {name} <strong>{countText(waiting)}</strong>
        </>
      ) : (
        name
      )}
    </a>
  );
}
